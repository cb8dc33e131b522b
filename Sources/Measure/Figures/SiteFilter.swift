import Networks

/// Words that a user types to narrow the list of sites: each must occur in the node's, the block's or the site's name
/// or in the kind, in capitals or not.
package struct SiteFilter: Sendable, Equatable {
  private let words: [String]

  /// The words of a line, separated by spaces; none match every site.
  package init(_ text: String) { words = text.lowercased().split(separator: " ").map(String.init) }

  /// Whether every word occurs.
  package func matches(_ site: ActivationSite) -> Bool {
    guard !words.isEmpty else { return true }
    let text = Self.text(of: site)
    return words.allSatisfy { text.contains($0) }
  }

  /// What words are looked for in. A word cannot hold a space, so none matches across two names.
  package static func text(of site: ActivationSite) -> String {
    let activation = site.activation
    return [site.node, activation.blockName ?? "", site.place.site, activation.kind].joined(separator: " ").lowercased()
  }
}
