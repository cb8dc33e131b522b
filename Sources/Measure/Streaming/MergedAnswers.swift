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
    guard !given.isEmpty, given.count == answers.count else { return nil }
    guard versions != given.map(\.version) else { return findings }
    findings = Findings(ofWorkers: given.map(\.findings))
    versions = given.map(\.version)
    return findings
  }
}

extension Findings {
  /// What the workers of one pass know of the questions that all of them answer.
  init(ofWorkers parts: [Findings]) {
    self.init()
    for question in parts.first?.questions ?? [] {
      let findings = parts.compactMap { $0[question] }
      guard findings.count == parts.count else { continue }
      do {
        set(try findings.dropFirst().reduce(findings[0]) { try $0.merged(with: $1) })
      } catch {
        preconditionFailure("workers of one pass count alike: \(error)")
      }
    }
  }
}
