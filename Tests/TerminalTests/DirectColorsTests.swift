import Terminal
import Testing

struct DirectColorsTests {
  private func buffer(_ cells: [Cell]) -> CellBuffer {
    var buffer = CellBuffer(size: CellSize(columns: 4, rows: 2))
    for (x, cell) in cells.enumerated() { buffer[x, 1] = cell }
    return buffer
  }

  @Test("Cells with colours of their own are written in their place, between a saved and a restored cursor")
  func sequence() {
    let half = Cell(
      "▀", CellStyle(foreground: .rgb(red: 1, green: 2, blue: 3), background: .rgb(red: 40, green: 50, blue: 60)))
    let mixed = Cell("x", CellStyle(foreground: .palette(7), background: .rgb(red: 9, green: 9, blue: 9)))
    let bytes = DirectColors.sequence(buffer([Cell("a"), half, mixed]), rows: 0..<2)
    #expect(
      String(decoding: bytes, as: UTF8.self)
        == "\u{1B}7\u{1B}[2;2H\u{1B}[0;38;2;1;2;3;48;2;40;50;60m▀\u{1B}[0;38;5;7;48;2;9;9;9mx\u{1B}[0m\u{1B}8")
  }

  @Test("Where no cell has such a colour nothing is written, and rows that were not asked for are left alone")
  func nothing() {
    let plain = Cell("a", CellStyle(foreground: .palette(1)))
    #expect(DirectColors.sequence(buffer([plain]), rows: 0..<2).isEmpty)
    let direct = Cell("a", CellStyle(foreground: .rgb(red: 1, green: 1, blue: 1)))
    #expect(DirectColors.sequence(buffer([direct]), rows: [0]).isEmpty)
  }

  /// The colour of an entry of xterm's palette from 16 on.
  private func color(_ index: Int) -> (red: Int, green: Int, blue: Int) {
    guard index < 232 else { return (8 + 10 * (index - 232), 8 + 10 * (index - 232), 8 + 10 * (index - 232)) }
    let levels = [0, 95, 135, 175, 215, 255]
    return (levels[(index - 16) / 36], levels[(index - 16) / 6 % 6], levels[(index - 16) % 6])
  }

  @Test("The palette's entry for a colour is one of the nearest")
  func nearest() {
    for red in stride(from: 0, through: 255, by: 15) {
      for green in stride(from: 0, through: 255, by: 17) {
        for blue in stride(from: 0, through: 255, by: 51) {
          func distance(_ index: Int) -> Int {
            let own = color(index)
            return (own.red - red) * (own.red - red) + (own.green - green) * (own.green - green)
              + (own.blue - blue) * (own.blue - blue)
          }
          let index = CellColor.rgb(red: UInt8(red), green: UInt8(green), blue: UInt8(blue)).paletteIndex ?? 0
          let best = (16..<256).map(distance).min() ?? 0
          #expect(index >= 16 && distance(Int(index)) == best, "\(red) \(green) \(blue)")
        }
      }
    }
    #expect(CellColor.standard.paletteIndex == nil && CellColor.palette(3).paletteIndex == 3)
  }
}
