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
  static let thinOnDark: UInt8 = 75
  /// Other graphs on light levels.
  static let thinOnLight: UInt8 = 239
  /// Graphs of what is kept for comparison.
  static let pinned: UInt8 = 208
  /// The lowest level on which dark ink reads better than light ink.
  static let firstLightLevel = 9

  /// What is pointed at.
  static let mark: UInt8 = 231

  /// The character for a density level.
  static func character(level: UInt8) -> Unicode.Scalar {
    characters[(Int(level) * (characters.count - 1) + DensityScale.topLevel - 1) / DensityScale.topLevel]
  }
}

/// The colours of a picture's levels.
enum DensityRamp {
  /// Of pairs.
  case density
  /// Of pairs that stand back.
  case grey
  /// Of what one has more or less of than the other: 8 is equal, below it blue, above it orange.
  case difference

  /// One of the 256-colour palette for each level.
  var colors: [UInt8] {
    switch self {
    case .density: DensityColors.ramp
    case .grey: [16, 233, 234, 235, 236, 237, 238, 239, 240, 241, 242, 243, 244, 245, 246, 247]
    case .difference: [39, 39, 38, 32, 31, 25, 24, 236, 236, 94, 130, 136, 172, 208, 214, 220]
    }
  }

  /// A level as a character, for terminals without a ramp; of differences `-` and `=` are less, `+` and `#` more.
  func character(level: UInt8) -> Unicode.Scalar {
    guard case .difference = self else { return DensityColors.character(level: level) }
    return switch level {
    case 0...3: "="
    case 4...6: "-"
    case 7...8: " "
    case 9...11: "+"
    default: "#"
    }
  }
}

extension Theme {
  /// The two lines where the picture has no colours of its own.
  var line: CellStyle { colored(DensityColors.line, basic: 1, bold: true) }
}
