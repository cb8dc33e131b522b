/// What is known about a question after some of the images: integers and fixed-point sums alone, so it merges exactly
/// with what other workers, passes and runs found, in any order.
public protocol Finding: Sendable, Equatable, Codable {
  /// What it answers.
  var question: Question { get }
  /// Images that it has seen.
  var images: Int { get }
  /// Adds what was found on other images; ``question`` of both is the same.
  ///
  /// - Throws: ``FindingMismatch`` when the other one is about another network or another selection. Nothing is changed
  ///   then.
  mutating func merge(_ other: Self) throws(FindingMismatch)
}

extension Finding {
  /// Both as one.
  ///
  /// - Throws: ``FindingMismatch`` when they answer different questions or do not go together.
  public func merged(with other: any Finding) throws(FindingMismatch) -> any Finding {
    guard let other = other as? Self, other.question == question else {
      throw FindingMismatch("\(question) does not go together with \(other.question)")
    }
    var sum = self
    try sum.merge(other)
    return sum
  }

  /// Whether the other one is the same.
  public func equals(_ other: any Finding) -> Bool { (other as? Self) == self }
}

/// Two findings that cannot be merged.
public struct FindingMismatch: Error, Equatable, CustomStringConvertible {
  /// What differs.
  public let description: String

  init(_ description: String) { self.description = description }
}
