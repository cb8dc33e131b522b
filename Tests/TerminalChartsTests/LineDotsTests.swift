import Figures
import TerminalCharts
import Testing

struct LineDotsTests {
  private let range = PlotRange(lower: -1, upper: 1)

  @Test("y = x runs from corner to corner without a gap")
  func diagonal() {
    var dots = LineDots(columns: 8, rows: 4)
    dots.add(slope: 1, x: range, y: range)
    #expect(dots.masks[3 * 8] != 0)
    #expect(dots.masks[7] != 0)
    for row in 0..<4 { #expect(dots.masks[row * 8..<(row + 1) * 8].contains { $0 != 0 }) }
    for column in 0..<8 { #expect((0..<4).contains { dots.masks[$0 * 8 + column] != 0 }) }
  }

  @Test("y = -x is its mirror image")
  func mirror() {
    var rising = LineDots(columns: 6, rows: 6)
    var falling = LineDots(columns: 6, rows: 6)
    rising.add(slope: 1, x: range, y: range)
    falling.add(slope: -1, x: range, y: range)
    for row in 0..<6 {
      for column in 0..<6 {
        #expect((rising.masks[row * 6 + column] != 0) == (falling.masks[(5 - row) * 6 + column] != 0))
      }
    }
  }

  @Test("A line that misses the picture leaves nothing")
  func misses() {
    var dots = LineDots(columns: 5, rows: 5)
    dots.add(slope: 1, x: range, y: PlotRange(lower: 4, upper: 8))
    #expect(dots.masks.allSatisfy { $0 == 0 })
    var empty = LineDots(columns: 0, rows: -1)
    empty.add(slope: 1, x: range, y: range)
    #expect(empty.masks.isEmpty)
  }
}
