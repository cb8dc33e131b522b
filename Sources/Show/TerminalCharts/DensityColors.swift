import Figures
import Terminal

/// The colours of a picture of density, from the 256-colour palette.
///
/// The picture has a dark ground of its own, so that the ramp reads the same on light and dark terminals.
package enum DensityColors {
  /// One for each of `DensityScale`'s levels, level 0 (nothing there) first: 16 colours after viridis, each lighter
  /// than the one before, so that the order survives colour blindness and a grey print.
  package static let ramp: [UInt8] = [16, 18, 54, 55, 56, 25, 26, 31, 36, 72, 78, 113, 149, 185, 221, 227]
  /// Density levels as characters, for terminals without a ramp.
  package static let characters: [Unicode.Scalar] = [" ", ".", ":", "-", "=", "+", "*", "#", "%", "@"]

  /// The lines y = x and y = -x.
  package static let line: UInt8 = 196
  /// Whiskers inside bars, and the graph that is looked at on light levels.
  static let ink: UInt8 = 16
  /// The graph that is looked at on dark levels.
  static let paper: UInt8 = 231
  /// Other graphs on dark levels.
  static let thinOnDark: UInt8 = 248
  /// Other graphs on light levels.
  static let thinOnLight: UInt8 = 239
  /// The lowest level on which dark ink reads better than light ink.
  static let firstLightLevel = 9

  /// The character for a density level.
  static func character(level: UInt8) -> Unicode.Scalar {
    characters[(Int(level) * (characters.count - 1) + DensityScale.topLevel - 1) / DensityScale.topLevel]
  }
}

extension Theme {
  /// The two lines where the picture has no colours of its own.
  var line: CellStyle { colored(DensityColors.line, basic: 1, bold: true) }
}
