/// What a terminal can show.
public struct Capabilities: Sendable, Equatable {
  /// How many colours there are.
  public enum Colors: Int, Sendable, Comparable {
    /// None at all.
    case none
    /// The eight of old; enough for the lines, not for a ramp.
    case basic
    /// 256 with the usual palette.
    case palette256
    /// The palette, and any colour by its red, green and blue.
    case direct

    /// Whether there are fewer.
    public static func < (one: Colors, other: Colors) -> Bool { one.rawValue < other.rawValue }
  }

  /// Whether it shows UTF-8.
  public var unicode: Bool
  /// Its colours.
  public var colors: Colors
  /// Whether its background is light.
  public var isLight: Bool

  package init(unicode: Bool, colors: Colors, isLight: Bool = false) {
    self.unicode = unicode
    self.colors = colors
    self.isLight = isLight
  }

  /// Whether density is drawn in half blocks of true colours rather than with characters.
  public var drawsColorBlocks: Bool { unicode && colors >= .palette256 }
}
