import Statistics
import Streaming
import Testing

/// Workers' answers as one.
struct MergedAnswersTests {
  private func images(_ count: Int) -> ClassificationStatistics {
    var classification = ClassificationStatistics()
    for _ in 0..<count { classification.add(logits: [1, 0], label: 0) }
    return classification
  }

  private func skipped(_ ordinals: Int...) -> SkippedImages {
    var skipped = SkippedImages()
    for ordinal in ordinals { skipped.add(SkippedImage(ordinal: ordinal, path: "\(ordinal)", reason: "broken")) }
    return skipped
  }

  @Test("Nothing is said before every worker has answered, and a question only once every worker knows it")
  func onlyWholeAnswers() {
    var merged = MergedAnswers()
    let first = Answer(findings: Findings([images(3), skipped(4)]), version: 1)
    #expect(merged.merge([first, nil]) == nil && merged.merge([]) == nil)
    let old = Answer(findings: Findings([images(2)]), version: 1)
    #expect(merged.merge([first, old]) == Findings([images(5)]))
    #expect(merged.merge([old, first]) == Findings([images(5)]))
    let new = Answer(findings: Findings([images(2), skipped(1, 7)]), version: 2)
    #expect(merged.merge([first, new]) == Findings([images(5), skipped(1, 4, 7)]))
  }

  @Test("While no version changes, the answer is the one before")
  func kept() {
    var merged = MergedAnswers()
    let one = Answer(findings: Findings([images(1)]), version: 5)
    #expect(merged.merge([one]) == Findings([images(1)]))
    #expect(merged.merge([Answer(findings: Findings(), version: 5)]) == Findings([images(1)]))
    #expect(merged.merge([Answer(findings: Findings([images(2)]), version: 6)]) == Findings([images(2)]))
  }
}
