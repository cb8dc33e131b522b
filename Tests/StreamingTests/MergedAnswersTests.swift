import Statistics
import Streaming
import Testing

/// Workers' answers as one.
struct MergedAnswersTests {
  private func images(_ count: Int) -> Finding {
    var classification = ClassificationStatistics()
    for _ in 0..<count { classification.add(logits: [1, 0], label: 0) }
    return .classification(classification)
  }

  private func skipped(_ ordinals: Int...) -> Finding {
    var skipped = SkippedImages()
    for ordinal in ordinals { skipped.add(SkippedImage(ordinal: ordinal, path: "\(ordinal)", reason: "broken")) }
    return .skipped(skipped)
  }

  @Test("Nothing is said before every worker has answered, and a question only once every worker knows it")
  func onlyWholeAnswers() {
    var merged = MergedAnswers()
    let first = Answer(findings: [.classification: images(3), .skipped: skipped(4)], version: 1)
    #expect(merged.merge([first, nil]) == nil && merged.merge([]) == nil)
    let old = Answer(findings: [.classification: images(2)], version: 1)
    #expect(merged.merge([first, old]) == [.classification: images(5)])
    #expect(merged.merge([old, first]) == [.classification: images(5)])
    let new = Answer(findings: [.classification: images(2), .skipped: skipped(1, 7)], version: 2)
    #expect(merged.merge([first, new]) == [.classification: images(5), .skipped: skipped(1, 4, 7)])
  }

  @Test("While no version changes, the answer is the one before")
  func kept() {
    var merged = MergedAnswers()
    let one = Answer(findings: [.classification: images(1)], version: 5)
    #expect(merged.merge([one]) == [.classification: images(1)])
    #expect(merged.merge([Answer(findings: [:], version: 5)]) == [.classification: images(1)])
    #expect(merged.merge([Answer(findings: [.classification: images(2)], version: 6)]) == [.classification: images(2)])
  }
}
