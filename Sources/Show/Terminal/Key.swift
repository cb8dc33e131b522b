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

extension Key {
  /// The key as texts write it: `q`, `←`, `PgUp`, `Ctrl-C`.
  package var name: String {
    switch self {
    case .character(let scalar): String(Character(scalar))
    case .control(let scalar): "Ctrl-" + String(Character(scalar)).uppercased()
    case .left: "←"
    case .right: "→"
    case .up: "↑"
    case .down: "↓"
    case .shiftLeft: "Shift-←"
    case .shiftRight: "Shift-→"
    case .shiftUp: "Shift-↑"
    case .shiftDown: "Shift-↓"
    case .pageUp: "PgUp"
    case .pageDown: "PgDn"
    case .home: "Home"
    case .end: "End"
    case .enter: "Enter"
    case .escape: "Esc"
    case .backspace: "Backspace"
    case .tab: "Tab"
    }
  }
}
