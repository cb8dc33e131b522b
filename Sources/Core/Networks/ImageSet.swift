/// Some images of a source, by their places in its order: which ones a run has seen, or is about.
///
/// Kept as ranges: work that goes through a source in order takes a few of them, whatever its size.
public struct ImageSet: Sendable, Hashable {
  /// The places: ascending, none empty, none touching the next.
  public private(set) var ranges: [Range<Int>] = []

  /// No image.
  public init() {}

  /// The images from one place to another.
  public init(_ range: Range<Int>) { if !range.isEmpty { ranges = [range] } }

  /// Images in any order.
  public init(of ordinals: some Sequence<Int>) {
    self = ordinals.reduce(into: ImageMarks()) { $0.insert($1) }.set
  }

  /// Ranges that are ascending, none empty, none touching the next.
  init(ranges: [Range<Int>]) { self.ranges = ranges }

  /// How many there are.
  public var count: Int { ranges.reduce(0) { $0 + $1.count } }
  /// Whether there is none.
  public var isEmpty: Bool { ranges.isEmpty }
  /// One more than the last place; 0 without images.
  public var upperBound: Int { ranges.last?.upperBound ?? 0 }

  /// Whether an image is among them.
  public func contains(_ ordinal: Int) -> Bool {
    // The first range that ends behind it.
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound > ordinal { high = middle } else { low = middle + 1 }
    }
    return low < ranges.count && ranges[low].contains(ordinal)
  }

  /// How many of them come before an image that is among them; nil for one that is not.
  public func place(of ordinal: Int) -> Int? {
    var before = 0
    for range in ranges {
      if range.contains(ordinal) { return before + ordinal - range.lowerBound }
      if range.lowerBound > ordinal { return nil }
      before += range.count
    }
    return nil
  }

  /// The image that so many of them come before; nil where there are not as many.
  public func ordinal(at place: Int) -> Int? {
    var left = place
    for range in ranges {
      if left < range.count { return range.lowerBound + left }
      left -= range.count
    }
    return nil
  }

  /// Those of both.
  public func union(_ other: ImageSet) -> ImageSet {
    var union = ImageSet()
    for range in (ranges + other.ranges).sorted(by: { $0.lowerBound < $1.lowerBound }) {
      guard let last = union.ranges.last, range.lowerBound <= last.upperBound else {
        union.ranges.append(range)
        continue
      }
      union.ranges[union.ranges.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
    }
    return union
  }

  /// Those that are in both.
  public func intersection(_ other: ImageSet) -> ImageSet {
    var both = ImageSet()
    var (own, theirs) = (ranges[...], other.ranges[...])
    while let one = own.first, let two = theirs.first {
      let common = one.clamped(to: two)
      if !common.isEmpty { both.ranges.append(common) }
      if one.upperBound <= two.upperBound { own.removeFirst() } else { theirs.removeFirst() }
    }
    return both
  }

  /// Whether no image is in both.
  public func isDisjoint(with other: ImageSet) -> Bool { intersection(other).isEmpty }
}

extension ImageSet: CustomStringConvertible {
  /// `0-5, 9`: the places, the last ones included.
  public var description: String {
    ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound - 1)" }.joined(separator: ", ")
  }
}

extension ImageSet: Codable {
  /// Reads pairs of a first place and the one after the last; refuses what is no set.
  public init(from decoder: any Decoder) throws {
    let pairs = try decoder.singleValueContainer().decode([[Int]].self)
    var end = -1
    for pair in pairs {
      guard pair.count == 2, pair[0] > end, pair[1] > pair[0], pair[1] <= 1 << 48 else {
        throw DecodingError.dataCorrupted(
          DecodingError.Context(
            codingPath: decoder.codingPath, debugDescription: "\(pairs.count) ranges of images that are none in order"))
      }
      ranges.append(pair[0]..<pair[1])
      end = pair[1]
    }
  }

  /// Writes the same.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(ranges.map { [$0.lowerBound, $0.upperBound] })
  }
}
