import Functions
import Networks

/// What changes of a network do to its results, beside the unchanged network on the same images.
public struct EffectsFinding: Finding {
  /// ``Question/effects(_:)``.
  public var question: Question { .effects(effects.map(\.whatIf)) }
  /// How the unchanged network classified the images.
  public private(set) var unchanged = ClassificationStatistics()
  /// Summed cross-entropy of the unchanged network.
  public private(set) var unchangedLoss = LogitSum()
  /// One for each change, in the question's order.
  public private(set) var effects: [ChangeEffect]

  /// Images seen.
  public var images: Int { unchanged.images }

  /// Nothing seen.
  public init(_ whatIfs: [WhatIf]) { effects = whatIfs.map { ChangeEffect(whatIf: $0) } }

  /// Adds one image.
  ///
  /// - Parameters:
  ///   - logits: The unchanged network's.
  ///   - changed: Each changed network's, in the order of the changes.
  ///   - label: The image's class; nil where it is not known.
  ///   - ordinal: Its place in the source's order.
  public mutating func add(logits: [Float], changed: [[Float]], label: Int?, ordinal: Int) {
    unchanged.add(logits: logits, label: label)
    if let label { unchangedLoss.add(Softmax.crossEntropy(logits, label: label)) }
    let before = bestClass(logits)
    for index in effects.indices {
      effects[index].add(
        changed[index], unchanged: logits, classBefore: before, label: label, ordinal: ordinal)
    }
  }

  /// Adds what was found on other images.
  public mutating func merge(_ other: EffectsFinding) throws(FindingMismatch) {
    guard other.effects.map(\.whatIf) == effects.map(\.whatIf) else {
      throw FindingMismatch("effects of other changes")
    }
    unchanged.merge(other.unchanged)
    unchangedLoss.merge(other.unchangedLoss)
    for index in effects.indices { effects[index].merge(other.effects[index]) }
  }
}

/// What one change does.
public struct ChangeEffect: Sendable, Equatable, Codable {
  /// The change.
  public let whatIf: WhatIf
  /// How the changed network classified the images.
  public private(set) var classification = ClassificationStatistics()
  /// Its summed cross-entropy over the labelled images.
  public private(set) var loss = LogitSum()
  /// Summed mean over the classes of |logit - logit of the unchanged network|.
  public private(set) var logitChange = LogitSum()
  /// Images that get another class.
  public private(set) var changedCount = 0
  /// Labelled ones that are right now and were not.
  public private(set) var rightNow = 0
  /// Labelled ones that were right and are not any more.
  public private(set) var wrongNow = 0
  /// The first of the images that get another class, in the source's order.
  public private(set) var changedImages: [ChangedImage] = []

  /// How many of ``changedImages`` are kept.
  public static let mostImages = 100

  init(whatIf: WhatIf) { self.whatIf = whatIf }

  fileprivate mutating func add(
    _ logits: [Float], unchanged: [Float], classBefore: Int?, label: Int?, ordinal: Int
  ) {
    classification.add(logits: logits, label: label)
    if let label { loss.add(Softmax.crossEntropy(logits, label: label)) }
    var distance = 0.0
    for (after, before) in zip(logits, unchanged) { distance += Double(abs(after - before)) }
    logitChange.add(distance / Double(max(logits.count, 1)))
    let after = bestClass(logits)
    guard after != classBefore else { return }
    changedCount += 1
    if let label {
      if after == label { rightNow += 1 }
      if classBefore == label { wrongNow += 1 }
    }
    keep([ChangedImage(ordinal: ordinal, label: label, before: classBefore, after: after)])
  }

  mutating func merge(_ other: ChangeEffect) {
    classification.merge(other.classification)
    loss.merge(other.loss)
    logitChange.merge(other.logitChange)
    changedCount += other.changedCount
    rightNow += other.rightNow
    wrongNow += other.wrongNow
    keep(other.changedImages)
  }

  private mutating func keep(_ images: [ChangedImage]) {
    // Most images come in the source's order: nothing to do once the list is full of earlier ones.
    if changedImages.count == Self.mostImages, let last = changedImages.last,
      images.allSatisfy({ $0.ordinal > last.ordinal })
    {
      return
    }
    changedImages = Array((changedImages + images).sorted { $0.ordinal < $1.ordinal }.prefix(Self.mostImages))
  }
}

/// An image that gets another class by a change; a class is nil where the logits have no largest one (NaN).
public struct ChangedImage: Sendable, Equatable, Codable {
  /// Its place in the source's order.
  public let ordinal: Int
  /// Its class; nil where that is not known.
  public let label: Int?
  /// The unchanged network's class.
  public let before: Int?
  /// The changed network's.
  public let after: Int?
}

/// A sum of numbers of logits' size, one for each image, exact in any order: in units of 2^-24, rounded once for each
/// image.
public struct LogitSum: Sendable, Equatable, Codable {
  private var units: Int64 = 0
  /// Numbers in the sum.
  public private(set) var count = 0
  /// Numbers that are left out: not finite, or above 2^20 in magnitude.
  public private(set) var leftOut = 0

  /// Nothing.
  public init() {}

  /// Their mean; nil for none.
  public var mean: Double? { count == 0 ? nil : Double(units) * FixedPoint.unit / Double(count) }

  /// Whether both counts can be those of images.
  var isConsistent: Bool { count >= 0 && leftOut >= 0 }

  mutating func add(_ value: Double) {
    guard value.isFinite, abs(value) <= 0x1p20 else {
      leftOut += 1
      return
    }
    // 2^44 units at most: more than 2^18 images of that size, and 2^36 of size 1, before the sum is full.
    units += Int64((value / FixedPoint.unit).rounded(.toNearestOrEven))
    count += 1
  }

  mutating func merge(_ other: LogitSum) {
    units += other.units
    count += other.count
    leftOut += other.leftOut
  }
}

extension LogitSum {
  private enum Key: CodingKey { case units, count, leftOut }

  /// Reads a sum; refuses one so near to its limit that no other could be added.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    units = try container.decode(Int64.self, forKey: .units)
    count = try container.decode(Int.self, forKey: .count)
    leftOut = try container.decode(Int.self, forKey: .leftOut)
    guard units.magnitude <= 1 << 56, count >= 0, leftOut >= 0, count > 0 || units == 0 else {
      throw decoder.corrupted("a sum of \(count) logits that none can be")
    }
  }
}

/// The class with the largest logit, the first of equal ones; nil where one is NaN.
func bestClass(_ logits: [Float]) -> Int? {
  guard !logits.contains(where: \.isNaN) else { return nil }
  return logits.indices.max { logits[$0] < logits[$1] || logits[$0] == logits[$1] && $0 > $1 }
}

extension EffectsFinding {
  /// Counts that can be those of images.
  public func check(_ sites: [ActivationSite]) throws(FindingMismatch) {
    try require(unchanged.isConsistent && unchangedLoss.isConsistent, "counts of images that do not go together")
    for effect in effects {
      for id in effect.whatIf.sites { _ = try checked(id, in: sites) }
      try require(
        effect.isConsistent(images: images), "counts of images of a change that do not go together")
    }
  }
}

extension ChangeEffect {
  fileprivate func isConsistent(images: Int) -> Bool {
    let ordinals = changedImages.map(\.ordinal)
    return classification.isConsistent && classification.images == images && loss.isConsistent
      && logitChange.isConsistent && (0...images).contains(changedCount) && (0...changedCount).contains(rightNow)
      && (0...changedCount).contains(wrongNow) && ordinals.count == min(changedCount, Self.mostImages)
      && zip(ordinals, ordinals.dropFirst()).allSatisfy { $0 < $1 }
      && changedImages.allSatisfy { [$0.ordinal, $0.label ?? 0, $0.before ?? 0, $0.after ?? 0].allSatisfy { $0 >= 0 } }
  }
}
