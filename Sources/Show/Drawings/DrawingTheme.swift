import Figures

/// The colours of a figure.
///
/// The densities' ramps were made in CIELAB: 15 levels in equal steps of lightness L*, the hue going from green to
/// indigo, each level about as far from the next (ΔE 8 to 10). So they look even, keep their order in grey and for
/// colour-blind readers, and no step of them draws a line that is not in the data.
public enum DrawingTheme: String, Sendable, CaseIterable {
  /// Black on white: for print.
  case paper
  /// Dark grey on a light ground: for pages and slides.
  case light
  /// Light on a dark ground.
  case dark

  var isDark: Bool { self == .dark }

  /// The sheet's colour.
  var ground: DrawingColor { DrawingColor(byTheme(0xFFFFFF, 0xFAFAF7, 0x15171C)) }
  /// Text and axes.
  var ink: DrawingColor { DrawingColor(byTheme(0x000000, 0x24262B, 0xE6E6E2)) }
  /// Text that stands back, and grid lines.
  var quiet: DrawingColor { DrawingColor(byTheme(0x4D4D4D, 0x5C6068, 0xA6A9B0)) }
  /// Lines that guide the eye behind the data.
  var guide: DrawingColor { DrawingColor(byTheme(0xD9D9D9, 0xD9D9D4, 0x3A3D45)) }
  /// y = x and y = -x.
  var diagonal: DrawingColor { DrawingColor(byTheme(0xC8102E, 0xC8102E, 0xFF6B5E)) }
  /// Bars, and those of what is compared beside them.
  var bar: DrawingColor { DrawingColor(byTheme(0x7FB2D9, 0x7FB2D9, 0x3F78A8)) }
  var otherBar: DrawingColor { DrawingColor(byTheme(0xE8B27A, 0xE8B27A, 0xB9742E)) }
  /// Behind a picture of density.
  var pictureGround: DrawingColor { DrawingColor(byTheme(0xFFFFFF, 0xFFFFFF, 0x0B0C10)) }

  private func byTheme(_ paper: UInt32, _ light: UInt32, _ dark: UInt32) -> UInt32 {
    switch self {
    case .paper: paper
    case .light: light
    case .dark: dark
    }
  }
}

/// The colours of a picture's 16 levels.
package enum PictureRamp: Sendable, Equatable {
  /// Of pairs: level 0 is the ground.
  case density
  /// Of pairs that stand back behind what is drawn over them.
  case grey
  /// Of what one has more (orange) or less (blue) of than the other; level 8 is equal, 7 is never taken.
  case difference
}

extension DrawingTheme {
  /// A colour for each level.
  package func palette(_ ramp: PictureRamp) -> [DrawingColor] {
    switch ramp {
    case .density: [pictureGround] + (isDark ? Self.densityOnDark : Self.densityOnLight).map(DrawingColor.init)
    case .grey: [pictureGround] + (1...DensityScale.topLevel).map(grey)
    case .difference:
      ((isDark ? Self.lessOnDark : Self.lessOnLight).reversed() + (isDark ? Self.moreOnDark : Self.moreOnLight))
        .map(DrawingColor.init).inserted([pictureGround, pictureGround], at: 7)
    }
  }

  /// From nearly the ground to a middle grey, so that lines in colours stand out.
  private func grey(_ level: Int) -> DrawingColor {
    let value = UInt32(isDark ? 24 + level * 6 : 250 - level * 6)
    return DrawingColor(value << 16 | value << 8 | value)
  }

  private static let densityOnLight: [UInt32] = [
    0xD9EFC7, 0xBDE2BA, 0x9ED6B1, 0x7FC9AB, 0x5CBBA7, 0x33ADA5, 0x069EA2, 0x028D9C, 0x047D93, 0x036D8A, 0x035E80,
    0x014F76, 0x01406C, 0x003165, 0x142157,
  ]
  private static let densityOnDark: [UInt32] = [
    0x17234B, 0x0F325D, 0x01416B, 0x015177, 0x026082, 0x01708D, 0x038098, 0x0591A2, 0x19A2AA, 0x3EB2AF, 0x5CC1B3,
    0x79D1B7, 0x96E0BC, 0xB3EEC2, 0xD1FCCB,
  ]
  private static let lessOnLight: [UInt32] = [0xD7E4F5, 0xB1C9E6, 0x8AAED8, 0x5F95C9, 0x247CBA, 0x026399, 0x014A75]
  private static let moreOnLight: [UInt32] = [0xF9DDCC, 0xE9BEA1, 0xD89F79, 0xC48151, 0xAF642A, 0x964900, 0x723600]
  private static let lessOnDark: [UInt32] = [0x143F58, 0x1E5778, 0x29719A, 0x348BBE, 0x3FA7E2, 0x64C2FE, 0xADDAFF]
  private static let moreOnDark: [UInt32] = [0x563311, 0x75481C, 0x965D28, 0xB87434, 0xDB8B40, 0xFFA44E, 0xFFCAA0]
}

extension DrawingTheme {
  /// A colour for each kind of function: those of Okabe and Ito, which colour-blind readers tell apart, but for yellow,
  /// which a white page swallows.
  package func color(of kind: FunctionKind) -> DrawingColor {
    switch kind {
    case .dead: DrawingColor(0x999999)
    case .flat: ink
    case .linear: DrawingColor(0xE69F00)
    case .valley: DrawingColor(isDark ? 0x4C9BE8 : 0x0072B2)
    case .inverted: DrawingColor(0xD55E00)
    case .leaky: DrawingColor(0x009E73)
    case .rectifier: DrawingColor(0xCC79A7)
    case .scaled: DrawingColor(0x56B4E9)
    }
  }
}

extension Array {
  fileprivate func inserted(_ elements: [Element], at index: Int) -> [Element] {
    Array(self[..<index]) + elements + Array(self[index...])
  }
}
