import Functions
import Networks
import Statistics
import Testing

@Suite struct PredictionsTests {
  private func finding(_ ordinals: [Int], shown: [Int], logits: (Int) -> [Float]) throws -> PredictionsFinding {
    let question = Question.predictions(ordinals)
    let observer = try #require(try question.observer(of: [], kernels: .scalar))
    for ordinal in shown {
      let label = ordinal % 3 == 0 ? nil : ordinal % 4
      observer.observe(
        logits: logits(ordinal), label: label, image: ImageIdentity(ordinal: ordinal, key: 0, label: label))
      observer.finish(images: 1)
    }
    return try #require(observer.finding(question) as? PredictionsFinding)
  }

  private func logits(_ ordinal: Int) -> [Float] { (0..<4).map { Float(($0 * 5 + ordinal * 3) % 7) } }

  @Test("Each image has its largest logit's class, with its share of the exponentials, and its label")
  func naive() throws {
    let found = try finding([1, 5, 8, 9], shown: [9, 1, 5, 8], logits: logits)
    #expect(found.images == 4 && found.question.images == [1, 5, 8, 9])
    for (ordinal, prediction) in found.byImage {
      let own = logits(ordinal)
      let best = own.firstIndex(of: own.max() ?? 0) ?? -1
      #expect(prediction.best == best && prediction.label == (ordinal % 3 == 0 ? nil : ordinal % 4))
      #expect(prediction.probability == Softmax.probabilities(own)[best])
    }
  }

  @Test("Of equal logits the first counts; where one is NaN, or there are none, there is no class")
  func awkward() throws {
    let found = try finding([0, 1, 2], shown: [0, 1, 2]) { [[1, 2, 2], [1, .nan, 3], []][$0] }
    #expect(found.byImage[0]?.best == 1)
    #expect(found.byImage[1]?.best == nil && found.byImage[1]?.probability == nil)
    #expect(found.byImage[2]?.best == nil)
  }

  @Test("Workers' parts make the whole in any order; an image twice is refused; writing and reading changes nothing")
  func merging() throws {
    let whole = try finding([1, 2, 3], shown: [1, 2, 3], logits: logits)
    var merged = try finding([1, 2, 3], shown: [3], logits: logits)
    try merged.merge(try finding([1, 2, 3], shown: [2, 1], logits: logits))
    #expect(merged == whole)
    let one = try finding([1, 2, 3], shown: [2], logits: logits)
    #expect(throws: FindingMismatch.self) { try merged.merge(one) }
    #expect(try FindingBytes(whole).finding(of: []) == whole)
  }
}
