import Networks

/// The images that were left out.
public struct SkippedImages: Finding {
  /// In the source's order.
  public private(set) var list: [SkippedImage] = []

  /// ``Question/skipped``.
  public var question: Question { .skipped }
  /// How many there are.
  public var images: Int { list.count }

  /// None.
  public init() {}

  /// Images in any order.
  public init(_ images: [SkippedImage]) { list = images.sorted { $0.ordinal < $1.ordinal } }

  /// Adds an image.
  public mutating func add(_ image: SkippedImage) {
    // Mostly behind all others.
    let place = list.lastIndex { $0.ordinal <= image.ordinal }.map { $0 + 1 } ?? 0
    list.insert(image, at: place)
  }

  /// The same images by other numbers: that at `places[ordinal]` for each ordinal.
  public func renumbered(_ places: [Int]) -> SkippedImages {
    SkippedImages(list.map { SkippedImage(ordinal: places[$0.ordinal], path: $0.path, reason: $0.reason) })
  }

  /// Adds others.
  public mutating func merge(_ other: SkippedImages) { list = (list + other.list).sorted { $0.ordinal < $1.ordinal } }
}

/// An image that was left out, and why.
public struct SkippedImage: Sendable, Equatable, Codable {
  /// Its place in the source's order.
  public let ordinal: Int
  /// Its path below the image folder.
  public let path: String
  /// What was wrong with it, without the path.
  public let reason: String

  package init(ordinal: Int, path: String, reason: String) {
    self.ordinal = ordinal
    self.path = path
    self.reason = reason
  }
}

extension SkippedImages {
  /// Each image once, in the source's order.
  public func check(_ sites: [ActivationSite]) throws(FindingMismatch) {
    let ordinals = list.map(\.ordinal)
    try require(
      ordinals.first ?? 0 >= 0 && zip(ordinals, ordinals.dropFirst()).allSatisfy { $0 < $1 }, "images without order")
  }
}
