import Networks

extension [ActivationSite] {
  /// The site that a user names: by its node, or by its block and its name there, as `5.A2`.
  public func named(_ text: String) -> ActivationSite? {
    first { $0.node == text } ?? first { "\($0.place.block).\($0.place.site)" == text }
  }

  /// The nodes to offer in the place of a name that no site has: those that are most like it; all of them where none is
  /// or where they are few.
  public func nodes(like text: String) -> [String] {
    let words = SiteFilter(text.split { !$0.isLetter && !$0.isNumber }.joined(separator: " "))
    let alike = filter { words.matches($0) }.map(\.node)
    return alike.isEmpty || count <= 8 ? map(\.node) : alike
  }
}
