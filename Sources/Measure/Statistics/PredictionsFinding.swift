import Functions
import Networks

/// What a network says of some images.
public struct PredictionsFinding: Finding {
  /// ``Question/predictions(_:)``.
  public let question: Question
  /// The images that went through the network, by their places in the source's order.
  public private(set) var byImage: [Int: Prediction] = [:]

  init(_ question: Question) { self.question = question }

  /// Images seen.
  public var images: Int { byImage.count }

  fileprivate mutating func set(_ prediction: Prediction, of ordinal: Int) { byImage[ordinal] = prediction }

  /// Adds what is known about others of the images.
  public mutating func merge(_ other: PredictionsFinding) throws(FindingMismatch) {
    guard Set(byImage.keys).isDisjoint(with: other.byImage.keys) else {
      throw FindingMismatch("\(question): an image is counted twice")
    }
    byImage.merge(other.byImage) { own, _ in own }
  }
}

extension PredictionsFinding {
  /// Images that were asked for.
  public func check(_ sites: [ActivationSite]) throws(FindingMismatch) {
    guard case .predictions(let asked) = question else {
      throw FindingMismatch("\(question) is answered by no predictions")
    }
    try require(Set(byImage.keys).isSubset(of: asked), "images that were not asked for")
    try require(
      byImage.values.allSatisfy { ($0.best ?? 0) >= 0 && ($0.label ?? 0) >= 0 && $0.probability ?? 0 >= 0 },
      "classes or probabilities below 0")
  }
}

/// What a network says of one image, and what it is.
public struct Prediction: Sendable, Equatable, Codable {
  /// The class with the largest logit, the first of equal ones; nil where a logit is NaN.
  public let best: Int?
  /// Its probability by softmax, 0...1.
  public let probability: Double?
  /// The class that the image is labelled with.
  public let label: Int?

  /// The largest of logits.
  init(logits: [Float], label: Int?) {
    self.label = label
    let best = bestClass(logits)
    self.best = best
    probability = best.map { Softmax.probabilities(logits)[$0] }
  }
}

/// Notes what the network says of some images, one worker's part.
final class PredictionStatistics: FindingObserver, @unchecked Sendable {
  private var found: PredictionsFinding

  init(_ ordinals: [Int]) { found = PredictionsFinding(.predictions(ordinals)) }

  func wantedPositions(of site: ActivationSite, image: ImageIdentity) -> PositionSelection { .none }
  func observe(_ coefficients: ActivationCoefficients, of site: ActivationSite, image: ImageIdentity) {}
  func observe(_ sample: ActivationSample, of site: ActivationSite, image: ImageIdentity) {}

  func observe(logits: [Float], label: Int?, image: ImageIdentity) {
    found.set(Prediction(logits: logits, label: label), of: image.ordinal)
  }

  func finish(images: Int) {}

  func finding(_ question: Question) -> (any Finding)? { question == found.question ? found : nil }
}
