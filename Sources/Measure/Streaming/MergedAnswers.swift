import Statistics

/// What a worker knew about some questions when it was between two batches.
package struct Answer: Sendable {
  /// By question; those that it does not count are missing.
  package var findings: Findings
  /// Grows with every new answer.
  package var version: Int

  /// An answer.
  package init(findings: Findings, version: Int) {
    self.findings = findings
    self.version = version
  }
}

/// The workers' answers merged, kept so that nothing is merged anew while no worker has answered.
package struct MergedAnswers {
  private var versions: [Int] = []
  private var findings = Findings()

  /// Nothing merged.
  package init() {}

  /// The answers as one; nil while a worker has not answered yet.
  ///
  /// A question counts as answered once every worker has: while it is new to some of them, the others' part is not
  /// shown as if it were all.
  package mutating func merge(_ answers: [Answer?]) -> Findings? {
    let given = answers.compactMap { $0 }
    guard let first = given.first, given.count == answers.count else { return nil }
    guard versions != given.map(\.version) else { return findings }
    var merged = Findings()
    for question in first.findings.questions {
      let parts = given.compactMap { $0.findings[question] }
      guard parts.count == given.count else { continue }
      do {
        merged.set(try parts.dropFirst().reduce(parts[0]) { try $0.merged(with: $1) })
      } catch {
        preconditionFailure("workers of one pass count alike: \(error)")
      }
    }
    findings = merged
    versions = given.map(\.version)
    return merged
  }
}
