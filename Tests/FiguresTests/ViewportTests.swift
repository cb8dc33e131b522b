import Figures
import Statistics
import Testing

struct ViewportTests {
  /// All pairs in the bin just above and right of the origin.
  private func dot(_ pairs: UInt64) -> DensityGrid {
    var counts = [UInt64](repeating: 0, count: DensityGrid.bins * DensityGrid.bins)
    counts[256 * DensityGrid.bins + 256] = pairs
    return DensityGrid(xExponent: 0, yExponent: 0, counts: counts)
  }

  @Test("Equal aspect gives a unit the same length on either axis")
  func equalAspect() {
    let view = Viewport(exponent: 1)
    let (x, y) = view.ranges(pixelColumns: 80, pixelRows: 40, equalAspect: true)
    #expect(x == PlotRange(lower: -4, upper: 4))
    #expect(y == PlotRange(lower: -2, upper: 2))
    let tall = view.ranges(pixelColumns: 20, pixelRows: 40, equalAspect: true)
    #expect(tall.x == PlotRange(lower: -2, upper: 2))
    #expect(tall.y == PlotRange(lower: -4, upper: 4))
  }

  @Test("The fitting viewport is the power of two that holds the pairs")
  func fitting() {
    #expect(Viewport.fitting(dot(0)) == nil)
    // One bin of width 1/256 next to the origin.
    #expect(Viewport.fitting(dot(3)) == Viewport(exponent: -8))
  }
}
