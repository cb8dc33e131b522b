/// Cells with colours by themselves, as what a terminal of 24-bit colours reads: they are written over what the palette
/// could show, and leave cursor and style as they were.
package enum DirectColors {
  /// What writes the cells of some rows of a screen that have such colours; empty where none has.
  package static func sequence(_ buffer: CellBuffer, rows: some Sequence<Int>) -> [UInt8] {
    var text = ""
    for row in rows {
      var isFollowing = false
      for column in 0..<buffer.size.columns {
        let cell = buffer[column, row]
        guard cell.style.foreground.isDirect || cell.style.background.isDirect else {
          isFollowing = false
          continue
        }
        if !isFollowing { text += "\u{1B}[\(row + 1);\(column + 1)H" }
        isFollowing = true
        text += "\u{1B}[0;\(code(cell.style.foreground, 38));\(code(cell.style.background, 48))m"
        text.unicodeScalars.append(cell.glyph)
      }
    }
    return text.isEmpty ? [] : Array(("\u{1B}7" + text + "\u{1B}[0m\u{1B}8").utf8)
  }

  /// The parameters of one colour; `plane` is 38 for glyphs and 48 for what lies behind them.
  private static func code(_ color: CellColor, _ plane: Int) -> String {
    switch color {
    case .standard: "\(plane + 1)"
    case .palette(let index): "\(plane);5;\(index)"
    case .rgb(let red, let green, let blue): "\(plane);2;\(red);\(green);\(blue)"
    }
  }
}

extension CellColor {
  fileprivate var isDirect: Bool { if case .rgb = self { true } else { false } }
}
