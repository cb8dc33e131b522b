import Statistics

/// What a worker knew about some questions when it was between two batches.
package struct Answer: Sendable {
  /// By question; those that it does not count are missing.
  package var findings: [Question: Finding]
  /// Grows with every new answer.
  package var version: Int

  /// An answer.
  package init(findings: [Question: Finding], version: Int) {
    self.findings = findings
    self.version = version
  }
}

/// The workers' answers merged, kept so that nothing is merged anew while no worker has answered.
package struct MergedAnswers {
  private var versions: [Int] = []
  private var findings: [Question: Finding] = [:]

  /// Nothing merged.
  package init() {}

  /// The answers as one; nil while a worker has not answered yet.
  ///
  /// A question counts as answered once every worker has: while it is new to some of them, the others' part is not shown as if it were all.
  package mutating func merge(_ answers: [Answer?]) -> [Question: Finding]? {
    let given = answers.compactMap { $0 }
    guard let first = given.first, given.count == answers.count else { return nil }
    guard versions != given.map(\.version) else { return findings }
    let questions = given.dropFirst().reduce(Set(first.findings.keys)) { $0.intersection($1.findings.keys) }
    var merged: [Question: Finding] = [:]
    for question in questions {
      guard var whole = first.findings[question] else { continue }
      for finding in given.dropFirst().compactMap({ $0.findings[question] }) {
        do {
          try whole.merge(finding)
        } catch {
          preconditionFailure("workers of one pass count alike: \(error)")
        }
      }
      merged[question] = whole
    }
    findings = merged
    versions = given.map(\.version)
    return merged
  }
}
