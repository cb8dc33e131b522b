/// A fixed part of the images of a source, for one of several runs that together see all of them: `2/7` is the third of
/// seven.
///
/// A share is consecutive images, so what a run has seen stays a few ranges, and shares differ by one image at most.
public struct Share: Sendable, Hashable {
  /// Which one, from 0.
  public let index: Int
  /// How many there are.
  public let count: Int

  /// Most shares of a source.
  public static let mostShares = 1 << 20

  /// Share `index` of `count`; nil for one that is none.
  public init?(index: Int, count: Int) {
    guard (1...Self.mostShares).contains(count), (0..<count).contains(index) else { return nil }
    self.index = index
    self.count = count
  }

  /// `I/N`, from 0.
  public init?(_ text: String) {
    let numbers = text.split(separator: "/", omittingEmptySubsequences: false)
    // Not by `Int` alone, which takes a sign.
    guard numbers.count == 2, numbers.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }),
      let index = Int(numbers[0]), let count = Int(numbers[1])
    else { return nil }
    self.init(index: index, count: count)
  }

  /// The places of its images among `total`; none where there are fewer images than shares and this one has none.
  public func range(of total: Int) -> Range<Int> { start(index, of: total)..<start(index + 1, of: total) }

  private func start(_ index: Int, of total: Int) -> Int {
    // Whole shares first: the product of both numbers need not fit.
    let (each, rest) = total.quotientAndRemainder(dividingBy: count)
    return index * each + index * rest / count
  }
}

extension Share: CustomStringConvertible {
  /// `2/7`.
  public var description: String { "\(index)/\(count)" }
}
