/// A colour of a cell.
public enum CellColor: Sendable, Hashable {
  /// The terminal's own.
  case standard
  /// An entry of the terminal's palette, 0...255.
  case palette(UInt8)
  /// A colour by itself, for pictures; the nearest of the palette where a terminal has no such.
  case rgb(red: UInt8, green: UInt8, blue: UInt8)
}

/// How a cell's glyph is drawn.
public struct CellStyle: Sendable, Hashable {
  /// The glyph's colour.
  public var foreground: CellColor
  /// The cell's colour behind the glyph.
  public var background: CellColor
  /// Whether the glyph is bold.
  public var bold: Bool

  /// Creates a style; without arguments the terminal's own.
  package init(foreground: CellColor = .standard, background: CellColor = .standard, bold: Bool = false) {
    self.foreground = foreground
    self.background = background
    self.bold = bold
  }

  /// The terminal's own colours.
  public static let standard = CellStyle()
  /// The terminal's own colours, bold.
  public static let bold = CellStyle(bold: true)
}

/// One character cell: a glyph of width one and its style.
public struct Cell: Sendable, Hashable {
  /// A printable scalar that takes one column.
  public var glyph: Unicode.Scalar
  /// Its style.
  public var style: CellStyle

  package init(_ glyph: Unicode.Scalar, _ style: CellStyle = .standard) {
    self.glyph = glyph
    self.style = style
  }

  /// An empty cell.
  public static let blank = Cell(" ")
}
