import Networks

extension [ActivationSite] {
  /// The site that a question is about.
  ///
  /// - Throws: `GraphError` saying what was asked `for` when there is no such site.
  func asked(_ id: Int, for what: String) throws(GraphError) -> ActivationSite {
    guard indices.contains(id) else {
      throw GraphError(node: "site \(id)", problem: "is asked for \(what), but there is no such site")
    }
    return self[id]
  }
}
