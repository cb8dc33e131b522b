/// How a user wants the screen to look.
public struct DisplayOptions: Sendable, Equatable {
  /// Whether there are colours.
  public enum ColorUse: String, Sendable, CaseIterable {
    /// Those that the terminal has, unless the environment says otherwise (`NO_COLOR`).
    case auto
    /// Those that the terminal has.
    case always
    /// None.
    case never
  }

  /// What the screen is made for.
  public enum Look: String, Sendable, CaseIterable {
    /// A dark background.
    case dark
    /// A light one: pictures have a light ground.
    case light
    /// Without colours.
    case mono
    /// ASCII alone.
    case ascii
  }

  /// Whether there are colours.
  public var colors: ColorUse
  /// What the screen is made for.
  public var look: Look
  /// Whether the terminal is known to have colours of 24 bits.
  public var hasDirectColors: Bool

  /// Options; without any what the terminal's description says.
  public init(colors: ColorUse = .always, look: Look = .dark, hasDirectColors: Bool = false) {
    self.colors = colors
    self.look = look
    self.hasDirectColors = hasDirectColors
  }

  /// What a user asks for, and else what the environment says: `NO_COLOR` (no-color.org), `COLORTERM` (`truecolor`),
  /// `COLORFGBG` (`0;15`: a light background).
  public init(colors: ColorUse, look: Look?, environment: [String: String]) {
    let isForbidden = colors == .auto && !(environment["NO_COLOR"] ?? "").isEmpty
    let background = environment["COLORFGBG"]?.split(separator: ";").last
    self.init(
      colors: isForbidden ? .never : colors, look: look ?? (["7", "15"].contains(background) ? .light : .dark),
      hasDirectColors: ["truecolor", "24bit"].contains(environment["COLORTERM"] ?? ""))
  }

  /// What a terminal can show, after these.
  ///
  /// - Parameters:
  ///   - unicode: Whether it shows UTF-8.
  ///   - colors: How many it has, 0 without.
  ///   - hasDirectColors: Whether its description says that it has colours of 24 bits.
  package func capabilities(unicode: Bool, colors count: Int, hasDirectColors: Bool) -> Capabilities {
    let isDirect = hasDirectColors || self.hasDirectColors
    let known: Capabilities.Colors = count >= 256 ? (isDirect ? .direct : .palette256) : count >= 8 ? .basic : .none
    return Capabilities(
      unicode: unicode && look != .ascii, colors: usesColors ? known : .none, isLight: look == .light)
  }

  /// Whether any colour may be written.
  package var usesColors: Bool { colors != .never && look != .mono }
}
