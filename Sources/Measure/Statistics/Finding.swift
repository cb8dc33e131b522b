import Networks

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
  /// Refuses what a pass over a network with these sites cannot have found: what is read from files is used only after
  /// it.
  func check(_ sites: [ActivationSite]) throws(FindingMismatch)
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

  /// An error unless a condition holds that every finding meets.
  func require(_ condition: Bool, _ problem: @autoclosure () -> String) throws(FindingMismatch) {
    if !condition { throw FindingMismatch("\(question): \(problem())") }
  }

  /// The site that the finding is about.
  func checked(_ id: Int?, in sites: [ActivationSite]) throws(FindingMismatch) -> ActivationSite {
    guard let id, sites.indices.contains(id) else {
      throw FindingMismatch("\(question): the network has \(sites.count) sites, and this is none of them")
    }
    return sites[id]
  }

  /// Whether the other one is the same.
  public func equals(_ other: any Finding) -> Bool { (other as? Self) == self }
}

/// Two findings that cannot be merged.
public struct FindingMismatch: Error, Equatable, CustomStringConvertible {
  /// What differs.
  public let description: String

  package init(_ description: String) { self.description = description }
}
