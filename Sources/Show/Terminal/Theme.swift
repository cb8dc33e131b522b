/// The colours of the text around pictures, from the 256-colour palette: mid tones that show on light and dark grounds.
package enum Palette {
  /// Bars.
  package static let bar: UInt8 = 67
  /// Bars of what is compared.
  package static let partner: UInt8 = 139
  /// What is looked at, and what else stands out.
  package static let accent: UInt8 = 172
  /// Frames and axes.
  package static let quiet: UInt8 = 244
  /// Errors.
  package static let alarm: UInt8 = 160
}

/// The styles of the parts of the screen, as a terminal's colours allow.
package struct Theme: Sendable {
  package let capabilities: Capabilities

  package init(capabilities: Capabilities) { self.capabilities = capabilities }

  /// Frames, axes and other things that stand back.
  package var quiet: CellStyle { colored(Palette.quiet, basic: nil) }
  /// What is looked at, and marks like "frozen".
  package var accent: CellStyle { colored(Palette.accent, basic: 3, bold: true) }
  /// Errors.
  package var alarm: CellStyle { colored(Palette.alarm, basic: 1, bold: true) }
  /// A bar of what is compared.
  package var partner: CellStyle { colored(Palette.partner, basic: 5) }
  /// A bar.
  package var bar: CellStyle { colored(Palette.bar, basic: 4) }

  /// The style with one of 256 colours, one of eight, or none.
  package func colored(_ color: UInt8, basic: UInt8?, bold: Bool = false) -> CellStyle {
    switch capabilities.colors {
    case .none: CellStyle(bold: bold)
    case .basic: CellStyle(foreground: basic.map { .palette($0) } ?? .standard, bold: bold)
    case .palette256, .direct: CellStyle(foreground: .palette(color), bold: bold)
    }
  }
}

extension CellStyle {
  /// What stands out.
  public static func accent(_ capabilities: Capabilities) -> CellStyle { Theme(capabilities: capabilities).accent }
  /// Errors.
  public static func alarm(_ capabilities: Capabilities) -> CellStyle { Theme(capabilities: capabilities).alarm }
}
