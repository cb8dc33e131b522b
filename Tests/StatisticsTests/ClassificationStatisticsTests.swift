import Statistics
import Testing

@Test("Top-1 and top-5 count the labelled images whose class ranks high enough")
func ranksAreCounted() {
  var statistics = ClassificationStatistics()
  let logits: [Float] = [0.1, 0.9, 0.5, 0.4, 0.3, 0.2]
  statistics.add(logits: logits, label: 1)
  statistics.add(logits: logits, label: 5)
  statistics.add(logits: logits, label: 0)
  statistics.add(logits: logits, label: nil)
  #expect(statistics.images == 4 && statistics.labelled == 3)
  #expect(statistics.top1Count == 1 && statistics.top5Count == 2)
  #expect(statistics.top1 == 1.0 / 3 && statistics.top5 == 2.0 / 3)
}

@Test("Of equal logits the smaller index ranks first")
func tiesRankByIndex() {
  var statistics = ClassificationStatistics()
  statistics.add(logits: [1, 1, 0] as [Float], label: 0)
  #expect(statistics.top1Count == 1)
  statistics.add(logits: [1, 1, 0] as [Float], label: 1)
  #expect(statistics.top1Count == 1 && statistics.top5Count == 2)
}

@Test("An image with a NaN among its logits is wrong")
func nanIsWrong() {
  var statistics = ClassificationStatistics()
  statistics.add(logits: [.nan, 1] as [Float], label: 1)
  statistics.add(logits: [.nan, .nan] as [Float], label: 0)
  #expect(statistics.labelled == 2 && statistics.top1Count == 0 && statistics.top5Count == 0)
}

@Test("Counts merge; without labels there is no share")
func classificationsMerge() {
  var left = ClassificationStatistics()
  #expect(left.top1 == nil && left.top5 == nil)
  left.add(logits: [1, 2] as [Float], label: 1)
  var right = ClassificationStatistics()
  right.add(logits: [1, 2] as [Float], label: 0)
  right.add(logits: [1, 2] as [Float], label: nil)
  left.merge(right)
  #expect(left.images == 3 && left.labelled == 2 && left.top1 == 0.5 && left.top5 == 1)
}
