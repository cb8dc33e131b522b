import Figures
import Terminal

/// What a cell of the picture looks like on a terminal.
struct PicturePainter {
  let capabilities: Capabilities
  let ramp: DensityRamp
  /// The ramp's, for the terminal's ground.
  private let colors: [UInt8]

  init(capabilities: Capabilities, ramp: DensityRamp = .density) {
    self.capabilities = capabilities
    self.ramp = ramp
    colors = ramp.colors(isLight: capabilities.isLight)
  }

  /// The cell for the levels of its two halves (the same one twice where cells are not halved) and the line in it.
  func cell(upper: UInt8, lower: UInt8, line: PictureLines.Piece?) -> Cell {
    if capabilities.drawsColorBlocks {
      if let line {
        let mean = (Int(upper) + Int(lower) + 1) / 2
        let style = CellStyle(
          foreground: .palette(ink(line.layer, level: mean)), background: .palette(colors[mean]),
          bold: line.layer == .bold)
        return Cell(LineDots.braille(line.dots), style)
      }
      return halves(colors[Int(upper)], colors[Int(lower)])
    }
    guard let line else { return Cell(ramp.character(level: upper)) }
    return Cell(glyph(line), style(line.layer))
  }

  /// A cell whose halves without a level are pointed at.
  func marked(upper: UInt8?, lower: UInt8?) -> Cell {
    guard capabilities.drawsColorBlocks else { return Cell("#", Theme(capabilities: capabilities).accent) }
    func color(_ level: UInt8?) -> UInt8 {
      level.map { colors[Int($0)] } ?? (capabilities.isLight ? DensityColors.ink : DensityColors.paper)
    }
    return halves(color(upper), color(lower))
  }

  private func halves(_ upper: UInt8, _ lower: UInt8) -> Cell {
    if upper == lower { return Cell(" ", CellStyle(background: .palette(lower))) }
    return Cell("▀", CellStyle(foreground: .palette(upper), background: .palette(lower)))
  }

  /// A line's colour on a level's: graphs are light on dark levels and dark on light ones.
  private func ink(_ layer: PictureLines.Layer, level: Int) -> UInt8 {
    let isLight = ramp.isLight(level, onLight: capabilities.isLight)
    return switch layer {
    case .diagonal: capabilities.isLight ? DensityColors.lineOnLight : DensityColors.line
    case .pinned: DensityColors.pinned
    case .thin: isLight ? DensityColors.thinOnLight : DensityColors.thinOnDark
    case .bold: isLight ? DensityColors.ink : DensityColors.paper
    }
  }

  private func glyph(_ line: PictureLines.Piece) -> Unicode.Scalar {
    if capabilities.unicode { return LineDots.braille(line.dots) }
    return switch line.layer {
    case .diagonal: line.falling ? "\\" : "/"
    case .pinned: "p"
    case .thin: "o"
    case .bold: "O"
    }
  }

  private func style(_ layer: PictureLines.Layer) -> CellStyle {
    switch layer {
    case .diagonal: Theme(capabilities: capabilities).line
    case .pinned, .thin: .standard
    case .bold: Theme(capabilities: capabilities).accent
    }
  }
}
