import Figures
import Kernels
import Networks
import Statistics
import Tensors

/// Answers to questions about images, made of formulas alone.
extension SyntheticRun {
  /// What is found of images that are seen one after the other; nil for a question that needs none or cannot be
  /// answered.
  static func ofImages(_ question: Question, of sites: [ActivationSite], images: Int) -> (any Finding)? {
    guard let observer = try? question.observer(of: sites, kernels: .scalar) else { return nil }
    for image in question.images?.sorted() ?? Array(0..<images) where image < names.images.count {
      show(image, of: sites, to: observer)
    }
    return observer.finding(question)
  }

  private static func show(_ image: Int, of sites: [ActivationSite], to observer: any FindingObserver) {
    let label = names.labels[image]
    let identity = ImageIdentity(ordinal: image, key: UInt64(image), label: label)
    observer.observe(input: input(image), inputShape, image: identity)
    for site in sites {
      if let lines = coefficients(of: site, image: image) { observer.observe(lines, of: site, image: identity) }
      guard !observer.wantedPositions(of: site, image: identity).isNone else { continue }
      if site.activation.attention != nil {
        observer.observe(attention: attention(of: site, image: image), of: site, image: identity)
      }
      observer.observe(pairs(of: site, image: image), of: site, image: identity)
    }
    let logits = (0..<10).map { Float($0 == (label ?? 0) + image % 4 / 3 ? 4 : ($0 * 3 + image) % 5) / 2 }
    observer.observe(logits: logits, label: label, image: identity)
    observer.finish(images: 1)
  }

  /// π, largest in one corner.
  private static func attention(of site: ActivationSite, image: Int) -> TensorSlice {
    TensorSlice((0..<site.shape.positions).map { Float(1 + ($0 + image) % site.shape.positions) / 64 })
  }

  private static let inputShape = FeatureShape(height: 16, width: 16, channels: 3)

  /// A disc in one colour on a slope of another; each image another pair.
  private static func input(_ image: Int) -> TensorSlice {
    TensorSlice(
      (0..<256).flatMap { position -> [Float] in
        let (row, column) = (position / 16 - 8, position % 16 - 8)
        let isDisc = row * row + column * column < 30
        return isDisc ? [Float(image % 5) / 4, 0.25, 1] : [0.75, Float(position / 64) / 4, Float(image % 3) / 4]
      })
  }
}
