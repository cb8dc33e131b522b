/// What is known about some questions.
public struct Findings: Sendable {
  private var answers: [Question: any Finding] = [:]

  /// Some findings, one for each question.
  public init(_ findings: [any Finding] = []) {
    for finding in findings { set(finding) }
  }

  /// The questions that are answered.
  public var questions: Set<Question> { Set(answers.keys) }

  /// What is known about a question.
  public subscript(question: Question) -> (any Finding)? { answers[question] }

  /// What is known about a question, as the type that answers it.
  public func answer<Answer: Finding>(_ question: Question, as type: Answer.Type = Answer.self) -> Answer? {
    answers[question] as? Answer
  }

  /// Puts a finding in the place of what was known about its question.
  public mutating func set(_ finding: any Finding) { answers[finding.question] = finding }

  /// Puts others in the place of what was known about their questions.
  public mutating func set(_ others: Findings) { answers.merge(others.answers) { $1 } }
}

extension Findings: Equatable {
  /// Whether both answer the same questions alike.
  public static func == (one: Findings, other: Findings) -> Bool {
    one.answers.count == other.answers.count
      && one.answers.allSatisfy { question, finding in other[question].map { finding.equals($0) } ?? false }
  }
}
