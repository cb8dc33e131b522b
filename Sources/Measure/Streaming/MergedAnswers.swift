import Statistics

/// The workers' answers merged, kept so that nothing is merged anew while no worker has answered.
struct MergedAnswers {
  private var versions: [Int] = []
  private var findings: [Question: Finding] = [:]

  /// The answers as one; nil while a worker has not answered yet.
  mutating func merge(_ answers: [Worker.Answer?]) -> [Question: Finding]? {
    let answers = answers.compactMap { $0 }.count == answers.count ? answers.compactMap { $0 } : []
    guard let first = answers.first else { return nil }
    guard versions != answers.map(\.version) || versions.isEmpty else { return findings }
    var merged = first.findings
    for answer in answers.dropFirst() {
      for (question, finding) in answer.findings {
        guard var own = merged.removeValue(forKey: question) else { continue }
        do {
          try own.merge(finding)
        } catch {
          preconditionFailure("workers of one pass count alike: \(error)")
        }
        merged[question] = own
      }
    }
    findings = merged
    versions = answers.map(\.version)
    return merged
  }
}
