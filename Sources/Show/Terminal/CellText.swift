/// What text becomes in cells. Names come from files, so nothing in them may move the cursor or take two columns.
public enum CellText {
  /// The glyph for a character: itself if it is one printable scalar of width one, else `?`.
  public static func glyph(of character: Character) -> Unicode.Scalar {
    let scalars = character.unicodeScalars
    guard let first = scalars.first, scalars.count == 1, isNarrow(first) else { return "?" }
    return first
  }

  /// The ASCII glyph nearest to one that a terminal without UTF-8 cannot show.
  public static func asciiGlyph(for glyph: Unicode.Scalar) -> Unicode.Scalar {
    if glyph.isASCII { return glyph }
    if let known = asciiGlyphs[glyph] { return known }
    return (0x2500...0x257F).contains(glyph.value) ? "+" : "?"
  }

  /// The text cut to a number of columns, its end marked when something is lost.
  public static func fitted(_ text: String, columns: Int) -> String {
    guard text.count > columns else { return text }
    guard columns > 1 else { return String(text.prefix(max(0, columns))) }
    return text.prefix(columns - 1) + "…"
  }

  /// The text cut at its beginning to a number of columns, marked when something is lost: for names whose ends tell
  /// more.
  public static func ending(_ text: String, columns: Int) -> String {
    guard text.count > columns else { return text }
    guard columns > 1 else { return String(text.suffix(max(0, columns))) }
    return "…" + text.suffix(columns - 1)
  }

  /// The text with spaces before it up to a number of columns.
  public static func rightAligned(_ text: String, columns: Int) -> String {
    String(repeating: " ", count: max(0, columns - text.count)) + text
  }

  /// The text with spaces after it up to a number of columns.
  public static func leftAligned(_ text: String, columns: Int) -> String {
    text + String(repeating: " ", count: max(0, columns - text.count))
  }

  private static let asciiGlyphs: [Unicode.Scalar: Unicode.Scalar] = [
    "─": "-", "│": "|", "·": ".", "…": "~", "×": "x", "▸": ">", "▲": "^", "←": "<", "→": ">", "↑": "^", "↓": "v",
    "•": "*", "█": "#", "▓": "=", "░": ".", "┤": "+", "┬": "+", "≥": ">", "▾": "*",
  ]

  /// Letters, signs and drawing characters of width one: Latin, Greek, Cyrillic, punctuation, arrows, mathematics,
  /// boxes, blocks and braille. Controls, combining marks and wide scripts are not among them.
  private static func isNarrow(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20...0x7E, 0xA1...0xAC, 0xAE...0x2FF, 0x370...0x482, 0x48A...0x52F: true
    case 0x2010...0x2027, 0x2030...0x205E, 0x2070...0x209C, 0x2190...0x21FF, 0x2200...0x22FF: true
    case 0x2500...0x25FC, 0x2800...0x28FF: true
    default: false
    }
  }
}
