import Figures
import Testing

struct SlopeChartTests {
  private func bar(_ mean: Double?) -> SlopeChart.Bar {
    SlopeChart.Bar(
      label: "1",
      difference: mean.map { DistributionFigure(mean: $0, deviation: 0.1, p10: $0 / 2, p50: $0, p90: $0 * 1.5) },
      isCurrent: false)
  }

  private func top(_ bars: [SlopeChart.Bar], showsSpread: Bool = true) -> Double {
    SlopeChart(bars: bars).top(showsSpread: showsSpread)
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
}
