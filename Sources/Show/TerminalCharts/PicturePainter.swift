import Figures
import Terminal

/// The lines over a picture: y = x and y = -x, and functions' graphs over them.
struct PictureLines {
  /// What lies over what.
  enum Layer: Int, CaseIterable {
    case diagonal
    case thin
    case bold
  }

  /// What passes through a cell.
  struct Piece {
    /// The dots of all layers.
    var dots: UInt8
    /// The uppermost layer.
    var layer: Layer
    /// Whether that layer's line falls from left to right.
    var falling: Bool
  }

  private var layers: [LineDots]

  init(columns: Int, rows: Int) {
    layers = Layer.allCases.map { _ in LineDots(columns: columns, rows: rows) }
  }

  mutating func addDiagonals(x: PlotRange, y: PlotRange) {
    layers[Layer.diagonal.rawValue].add(slope: -1, x: x, y: y)
    layers[Layer.diagonal.rawValue].add(slope: 1, x: x, y: y)
  }

  mutating func add(_ curve: ScatterPlot.Curve, x: PlotRange, y: PlotRange) {
    let layer = curve.style == .bold ? Layer.bold : .thin
    layers[layer.rawValue].add(curve.function, x: x, y: y)
  }

  /// What passes through a cell; nil for nothing.
  subscript(cell: Int) -> Piece? {
    guard let layer = Layer.allCases.last(where: { layers[$0.rawValue].masks[cell] != 0 }) else { return nil }
    return Piece(
      dots: layers.reduce(0) { $0 | $1.masks[cell] }, layer: layer, falling: layers[layer.rawValue].falls[cell])
  }
}

/// What a cell of the picture looks like on a terminal.
struct PicturePainter {
  let capabilities: Capabilities

  /// The cell for the levels of its two halves (the same one twice where cells are not halved) and the line in it.
  func cell(upper: UInt8, lower: UInt8, line: PictureLines.Piece?) -> Cell {
    if capabilities.drawsColorBlocks {
      let ramp = DensityColors.ramp
      if let line {
        let mean = (Int(upper) + Int(lower) + 1) / 2
        let style = CellStyle(
          foreground: .palette(Self.ink(line.layer, level: mean)), background: .palette(ramp[mean]),
          bold: line.layer == .bold)
        return Cell(LineDots.braille(line.dots), style)
      }
      let back = CellColor.palette(ramp[Int(lower)])
      if upper == lower { return Cell(" ", CellStyle(background: back)) }
      return Cell("▀", CellStyle(foreground: .palette(ramp[Int(upper)]), background: back))
    }
    guard let line else { return Cell(DensityColors.character(level: upper)) }
    return Cell(glyph(line), style(line.layer))
  }

  /// A line's colour on a level's: graphs are light on dark levels and dark on light ones.
  private static func ink(_ layer: PictureLines.Layer, level: Int) -> UInt8 {
    let isLight = level >= DensityColors.firstLightLevel
    return switch layer {
    case .diagonal: DensityColors.line
    case .thin: isLight ? DensityColors.thinOnLight : DensityColors.thinOnDark
    case .bold: isLight ? DensityColors.ink : DensityColors.paper
    }
  }

  private func glyph(_ line: PictureLines.Piece) -> Unicode.Scalar {
    if capabilities.unicode { return LineDots.braille(line.dots) }
    return switch line.layer {
    case .diagonal: line.falling ? "\\" : "/"
    case .thin: "o"
    case .bold: "O"
    }
  }

  private func style(_ layer: PictureLines.Layer) -> CellStyle {
    switch layer {
    case .diagonal: Theme(capabilities: capabilities).line
    case .thin: .standard
    case .bold: Theme(capabilities: capabilities).accent
    }
  }
}
