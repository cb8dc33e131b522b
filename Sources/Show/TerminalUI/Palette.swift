/// The colours on the screen, from the 256-colour palette.
///
/// The picture has a dark ground of its own, so that the ramp reads the same on light and dark terminals; all other text is in the terminal's own
/// colours or in mid tones that show on both.
public enum Palette {
  /// Density levels, level 0 (nothing there) first: 16 colours after viridis, each lighter than the one before, so that the order
  /// survives colour blindness and a grey print.
  public static let ramp: [UInt8] = [16, 18, 54, 55, 56, 25, 26, 31, 36, 72, 78, 113, 149, 185, 221, 227]
  /// Density levels as characters, for terminals without a ramp.
  public static let characters: [Unicode.Scalar] = [" ", ".", ":", "-", "=", "+", "*", "#", "%", "@"]

  /// The highest density level.
  public static let topLevel = ramp.count - 1

  /// The lines y = x and y = -x.
  public static let line: UInt8 = 196
  /// Bars.
  static let bar: UInt8 = 67
  /// The bar of the current block, and what else stands out.
  static let accent: UInt8 = 172
  /// Frames and axes.
  static let quiet: UInt8 = 244
  /// Errors.
  static let alarm: UInt8 = 160
  /// Whiskers inside bars.
  static let ink: UInt8 = 16

  /// The character for a density level.
  static func character(level: UInt8) -> Unicode.Scalar {
    characters[(Int(level) * (characters.count - 1) + topLevel - 1) / topLevel]
  }
}

/// The styles of the parts of the screen, as a terminal's colours allow.
struct Theme {
  let capabilities: Capabilities

  /// Frames, axes and other things that stand back.
  var quiet: CellStyle { colored(Palette.quiet, basic: nil) }
  /// Names beside numbers.
  var quietText: CellStyle { .standard }
  /// The current block and marks like "frozen".
  var accent: CellStyle { colored(Palette.accent, basic: 3, bold: true) }
  /// Errors.
  var alarm: CellStyle { colored(Palette.alarm, basic: 1, bold: true) }
  /// A block's bar.
  var bar: CellStyle { colored(Palette.bar, basic: 4) }
  /// The current block's bar.
  var currentBar: CellStyle { colored(Palette.accent, basic: 3, bold: true) }
  /// The two lines where the picture has no colours of its own.
  var line: CellStyle { colored(Palette.line, basic: 1, bold: true) }

  private func colored(_ color: UInt8, basic: UInt8?, bold: Bool = false) -> CellStyle {
    switch capabilities.colors {
    case .none: CellStyle(bold: bold)
    case .basic: CellStyle(foreground: basic.map { .palette($0) } ?? .standard, bold: bold)
    case .palette256: CellStyle(foreground: .palette(color), bold: bold)
    }
  }
}

extension CellStyle {
  /// What stands out.
  public static func accent(_ capabilities: Capabilities) -> CellStyle { Theme(capabilities: capabilities).accent }
  /// Errors.
  public static func alarm(_ capabilities: Capabilities) -> CellStyle { Theme(capabilities: capabilities).alarm }
}
