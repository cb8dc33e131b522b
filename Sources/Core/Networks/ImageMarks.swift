/// Some images of a source, marked one by one in any order, in the same time whatever was marked before: what a worker
/// has seen, whose images lie scattered between those of others.
///
/// One bit for each image up to the last one.
public struct ImageMarks: Sendable {
  private var words: [UInt64] = []

  /// No image.
  public init() {}

  /// Adds an image.
  public mutating func insert(_ ordinal: Int) {
    let (word, bit) = ordinal.quotientAndRemainder(dividingBy: UInt64.bitWidth)
    lengthen(to: word + 1)
    words[word] |= 1 << UInt64(bit)
  }

  /// Adds others.
  public mutating func formUnion(_ other: ImageMarks) {
    lengthen(to: other.words.count)
    for index in other.words.indices { words[index] |= other.words[index] }
  }

  /// The same images as ranges.
  public var set: ImageSet {
    var ranges: [Range<Int>] = []
    var end = 0
    while let start = next(from: end, marked: true) {
      end = next(from: start, marked: false) ?? words.count * UInt64.bitWidth
      ranges.append(start..<end)
    }
    return ImageSet(ranges: ranges)
  }

  private mutating func lengthen(to count: Int) {
    if words.count < count { words.append(contentsOf: repeatElement(0, count: count - words.count)) }
  }

  /// The first image from a place on that is marked, or is not; nil for none among those that have bits.
  private func next(from start: Int, marked: Bool) -> Int? {
    var (word, bit) = start.quotientAndRemainder(dividingBy: UInt64.bitWidth)
    while word < words.count {
      let wanted = (marked ? words[word] : ~words[word]) & ~0 << UInt64(bit)
      if wanted != 0 { return word * UInt64.bitWidth + wanted.trailingZeroBitCount }
      (word, bit) = (word + 1, 0)
    }
    return nil
  }
}
