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

  /// The dots of a picture, from the top left: true where one is set.
  private func dots(_ dots: LineDots, columns: Int, rows: Int) -> [[Bool]] {
    let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]
    return (0..<rows * 4).map { row in
      (0..<columns * 2).map { dots.masks[row / 4 * columns + $0 / 2] & bits[row % 4][$0 % 2] != 0 }
    }
  }

  @Test("A function's graph has a dot where the function is, in every dot column, and no gap where it is steep")
  func graph() throws {
    for (slopes, intercepts) in [
      ([1.0, -0.5], [0.0, 0.125]), ([6, 0.25], [0, 0]), ([0], [0.5]), ([-3, 3], [-1, -1]),
    ] {
      let function = try #require(PiecewiseLinear(slopes: slopes, intercepts: intercepts))
      var lines = LineDots(columns: 16, rows: 8)
      lines.add(function, x: range, y: range)
      let found = dots(lines, columns: 16, rows: 8)
      var last: Int?
      for column in 0..<32 {
        let value = function(-1 + (Double(column) + 0.5) / 16)
        let row = Int(((1 - value) * 16).rounded(.down))
        let set = (0..<32).filter { found[$0][column] }
        if (0..<32).contains(row) {
          #expect(found[row][column], "\(slopes) in column \(column)")
          #expect(set.last.map { $0 - (set.first ?? 0) + 1 } == set.count, "one piece in a column")
          if let last, (0..<32).contains(last) {
            let before = (0..<32).filter { found[$0][column - 1] }
            #expect(set.contains { dot in before.contains { abs($0 - dot) <= 1 } }, "joined to column \(column - 1)")
          }
        }
        last = row
      }
    }
  }

  @Test("What lies outside the picture leaves nothing, and a bound cuts the graph off")
  func outside() throws {
    var lines = LineDots(columns: 4, rows: 2)
    lines.add(try #require(PiecewiseLinear(slopes: [0], intercepts: [7])), x: range, y: range)
    lines.add(try #require(PiecewiseLinear(slopes: [.nan], intercepts: [0])), x: range, y: range)
    #expect(lines.masks.allSatisfy { $0 == 0 })
    lines.add(try #require(PiecewiseLinear(slopes: [4], intercepts: [2], upperBound: 0)), x: range, y: range)
    let found = dots(lines, columns: 4, rows: 2)
    #expect(found[4].dropFirst(3).allSatisfy(\.self) && found[..<4].allSatisfy { !$0.contains(true) })
  }

  @Test("A sketch of a V falls and rises, one of a line rises, a flat one stays in the middle")
  func sketch() throws {
    func text(_ slopes: [Double]) throws -> [UInt32] {
      let function = try #require(PiecewiseLinear(slopes: slopes, intercepts: slopes.map { _ in 0 }))
      return FunctionSketch.text(function, x: range, columns: 8).unicodeScalars.map { $0.value - 0x2800 }
    }
    let valley = try text([1, -1])
    #expect(valley.count == 8 && valley.first ?? 0 & 0x09 != 0 && valley[3] & 0xC0 != 0 && valley[7] & 0x09 != 0)
    #expect(try text([1]).first ?? 0 & 0xC0 != 0 && text([1])[7] & 0x09 != 0)
    #expect(Set(try text([0.01, 0])).count == 1)
  }
}
