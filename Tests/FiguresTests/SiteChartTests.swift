import Figures
import Testing

struct SiteChartTests {
  private func bar(_ mean: Double?) -> SiteChart.Bar {
    SiteChart.Bar(
      label: "1", value: mean.map { SiteChart.Value($0, spread: $0 > 0 ? $0 / 2...$0 * 1.5 : nil) }, isCurrent: false)
  }

  private func top(_ bars: [SiteChart.Bar], showsSpread: Bool = true) -> Double {
    SiteChart(bars: bars).top(showsSpread: showsSpread)
  }

  @Test("The axis ends at the power of two that holds everything")
  func axis() {
    #expect(top([bar(1.2)]) == 2)
    #expect(top([bar(1.2)], showsSpread: false) == 2)
    #expect(top([bar(0.9)], showsSpread: false) == 1)
    #expect(top([bar(nil)]) == 1)
    #expect(top([bar(.nan)]) == 1)
    #expect(top([bar(0.01)]) == 0.25)
  }

  @Test("Where there are negative bars the base line leaves them room, and no more")
  func baseLine() {
    for (heights, rows) in [
      ([3.0, 1], 6), ([3, -0.1], 6), ([3, -3], 6), ([0.5, -9], 6), ([-2], 6), ([1, -1], 2), ([1, -1], 1), ([], 4),
    ] as [([Double], Int)] {
      let scale = SiteChart(bars: heights.map { bar($0) }).scale(rows: rows, showsSpread: false)
      #expect(scale.above + scale.below == rows && scale.above > 0)
      #expect(heights.allSatisfy { $0 <= scale.top && ($0 >= scale.bottom || rows == 1) })
      let bottomOfFewer = -Double(scale.below - 1) * scale.top / Double(scale.above + 1)
      #expect(scale.below == 0 || heights.contains { $0 < bottomOfFewer }, "one row fewer would not do")
      if heights.allSatisfy({ $0 >= 0 }) { #expect(scale.below == 0) }
    }
  }
}
