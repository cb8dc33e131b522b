/// A key as a person presses it.
public enum Key: Sendable, Hashable {
  /// A printable character.
  case character(Unicode.Scalar)
  /// A control letter, as `c` for Ctrl-C.
  case control(Unicode.Scalar)
  case left, right, up, down
  case shiftLeft, shiftRight, shiftUp, shiftDown
  case pageUp, pageDown, home, end
  case enter, escape, backspace, tab
}

extension Key: ExpressibleByUnicodeScalarLiteral {
  /// A printable key from its character.
  public init(unicodeScalarLiteral value: Unicode.Scalar) { self = .character(value) }
}
