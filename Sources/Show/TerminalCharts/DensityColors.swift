import Figures
import Terminal

/// The colours of a picture of density, from the 256-colour palette.
///
/// The picture has a ground of its own, dark or light as the terminal's is.
package enum DensityColors {
  /// One for each of `DensityScale`'s levels, level 0 (nothing there) first: 16 colours after viridis, each lighter
  /// than the one before, so that the order survives colour blindness and a grey print.
  package static let ramp: [UInt8] = [16, 18, 54, 55, 56, 25, 26, 31, 36, 72, 78, 113, 149, 185, 221, 227]
  /// The same on a light ground: each darker than the one before.
  package static let lightRamp: [UInt8] = [231, 194, 157, 151, 115, 79, 73, 37, 31, 25, 24, 90, 54, 53, 18, 16]
  /// Density levels as characters, for terminals without a ramp.
  package static let characters: [Unicode.Scalar] = [" ", ".", ":", "-", "=", "+", "*", "#", "%", "@"]

  /// The lines y = x and y = -x.
  package static let line: UInt8 = 196
  /// The same on a light ground.
  static let lineOnLight: UInt8 = 160
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
  /// The lowest level on which dark ink reads better than light ink; on a light ground the highest.
  static let firstLightLevel = 9
  static let lastLightLevel = 6

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
  func colors(isLight: Bool) -> [UInt8] {
    switch (self, isLight) {
    case (.density, false): DensityColors.ramp
    case (.density, true): DensityColors.lightRamp
    case (.grey, false): [16, 233, 234, 235, 236, 237, 238, 239, 240, 241, 242, 243, 244, 245, 246, 247]
    case (.grey, true): [231, 254, 253, 252, 251, 250, 249, 248, 247, 246, 245, 244, 243, 242, 241, 240]
    case (.difference, false): [39, 39, 38, 32, 31, 25, 24, 236, 236, 94, 130, 136, 172, 208, 214, 220]
    case (.difference, true): [18, 19, 25, 31, 68, 110, 152, 255, 255, 223, 216, 209, 208, 166, 130, 94]
    }
  }

  /// Whether a level's colour is light.
  func isLight(_ level: Int, onLight: Bool) -> Bool {
    guard self == .density else { return onLight }
    return onLight ? level <= DensityColors.lastLightLevel : level >= DensityColors.firstLightLevel
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
