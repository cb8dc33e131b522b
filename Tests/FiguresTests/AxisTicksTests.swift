import Figures
import Testing

struct AxisTicksTests {
  @Test("Marks are multiples of a power of two within the limits")
  func marks() {
    let ticks = AxisTicks(PlotRange(lower: -4, upper: 4), count: 5)
    #expect(ticks.values == [-4, -2, 0, 2, 4])
    #expect(ticks.labels == ["-4", "-2", "0", "2", "4"])
  }

  @Test("Small ranges have decimals, all labels as many")
  func decimals() {
    let ticks = AxisTicks(PlotRange(lower: -0.25, upper: 0.75), count: 4)
    #expect(ticks.labels == ["-0.25", "0.00", "0.25", "0.50", "0.75"])
  }

  @Test("There are never more intervals than asked for", arguments: 1...20)
  func count(_ count: Int) {
    for exponent in -20...40 {
      let view = Viewport(exponent: exponent)
      let ticks = AxisTicks(PlotRange(lower: -view.halfRange, upper: view.halfRange), count: count)
      #expect(ticks.values.count <= count + 1)
      #expect(!ticks.values.isEmpty)
    }
  }

  @Test("Limits too far out for marks give none")
  func farOut() {
    #expect(AxisTicks(PlotRange(lower: 1e18, upper: 1e18 + 1024), count: 4).values.isEmpty)
  }
}
