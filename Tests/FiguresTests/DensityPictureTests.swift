import Figures
import Statistics
import Testing

struct DensityPictureTests {
  private let range = PlotRange(lower: -1, upper: 1)

  @Test("The largest y is in the first row, and the fullest pixel has the highest level")
  func orientation() {
    var counts = [UInt64](repeating: 0, count: DensityGrid.bins * DensityGrid.bins)
    counts[DensityGrid.bins * DensityGrid.bins - 1] = 8
    counts[0] = 4
    let grid = DensityGrid(xExponent: 0, yExponent: 0, counts: counts)
    let picture = DensityPicture(grid, x: range, y: range, columns: 4, rows: 2, scale: .log)
    #expect(picture.levels == [0, 0, 0, 15, 14, 0, 0, 0])
    #expect(picture[3, 0] == 15 && picture.fullest == 8)
  }

  @Test("Without a density every pixel is empty")
  func nothing() {
    let picture = DensityPicture(nil, x: range, y: range, columns: 3, rows: 2, scale: .linear)
    #expect(picture.levels == [0, 0, 0, 0, 0, 0] && picture.fullest == 0)
  }
}
