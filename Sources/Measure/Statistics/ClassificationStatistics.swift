import Networks

/// How many images were classified right; merges exactly.
public struct ClassificationStatistics: Finding {
  /// Images classified.
  public private(set) var images = 0
  /// Images whose class is known.
  public private(set) var labelled = 0
  /// Labelled images whose class comes first.
  public private(set) var top1Count = 0
  /// Labelled images whose class is among the first five.
  public private(set) var top5Count = 0

  /// ``Question/classification``.
  public var question: Question { .classification }

  /// Nothing classified.
  public init() {}

  /// Adds one image.
  ///
  /// The rank of the true class is the number of classes with a larger logit, or with an equal one and a smaller index
  /// (frameworks differ on ties). A NaN among the logits makes the image wrong.
  public mutating func add(logits: some Collection<Float>, label: Int?) {
    images += 1
    guard let label else { return }
    precondition(label >= 0 && label < logits.count, "the label is not one of the classes")
    labelled += 1
    guard !logits.contains(where: \.isNaN) else { return }
    let own = logits[logits.index(logits.startIndex, offsetBy: label)]
    let rank = logits.enumerated().count { $0.element > own || $0.element == own && $0.offset < label }
    if rank < 1 { top1Count += 1 }
    if rank < 5 { top5Count += 1 }
  }

  /// Adds other images.
  public mutating func merge(_ other: ClassificationStatistics) {
    images += other.images
    labelled += other.labelled
    top1Count += other.top1Count
    top5Count += other.top5Count
  }

  /// Share of labelled images whose class comes first; nil without labels.
  public var top1: Double? { labelled == 0 ? nil : Double(top1Count) / Double(labelled) }
  /// Share of labelled images whose class is among the first five; nil without labels.
  public var top5: Double? { labelled == 0 ? nil : Double(top5Count) / Double(labelled) }
  /// The standard error of ``top1`` for images drawn at random, sqrt(p (1 - p) / n), 0...0.5; nil without labels.
  public var top1Error: Double? { top1.map { ($0 * (1 - $0) / Double(labelled)).squareRoot() } }
}

extension ClassificationStatistics {
  /// Whether the counts can be those of images.
  var isConsistent: Bool {
    (0...1 << 48).contains(images) && (0...images).contains(labelled) && (0...labelled).contains(top5Count)
      && (0...top5Count).contains(top1Count)
  }

  /// Counts that can be those of images.
  public func check(_ sites: [ActivationSite]) throws(FindingMismatch) {
    try require(isConsistent, "\(images) images, \(labelled) labelled, \(top1Count) and \(top5Count) right")
  }
}
