import CNCurses
import Terminal

extension Key {
  /// The key for a character that came from the terminal; nil for those that nobody types.
  package init?(character code: UInt32) {
    switch code {
    case 9: self = .tab
    case 10, 13: self = .enter
    case 27: self = .escape
    case 8, 127: self = .backspace
    case 1...26:
      guard let letter = Unicode.Scalar(code + 96) else { return nil }
      self = .control(letter)
    case 0x20...0x7E, 0xA0...:
      guard let scalar = Unicode.Scalar(code) else { return nil }
      self = .character(scalar)
    default: return nil
    }
  }

  /// The key for one of the shim's names.
  package init?(named code: UInt32) {
    let names: [(terminal_key, Key)] = [
      (TERMINAL_KEY_LEFT, .left), (TERMINAL_KEY_RIGHT, .right), (TERMINAL_KEY_UP, .up), (TERMINAL_KEY_DOWN, .down),
      (TERMINAL_KEY_SHIFT_LEFT, .shiftLeft), (TERMINAL_KEY_SHIFT_RIGHT, .shiftRight),
      (TERMINAL_KEY_SHIFT_UP, .shiftUp), (TERMINAL_KEY_SHIFT_DOWN, .shiftDown), (TERMINAL_KEY_PAGE_UP, .pageUp),
      (TERMINAL_KEY_PAGE_DOWN, .pageDown), (TERMINAL_KEY_HOME, .home), (TERMINAL_KEY_END, .end),
      (TERMINAL_KEY_ENTER, .enter), (TERMINAL_KEY_BACKSPACE, .backspace),
    ]
    guard let match = names.first(where: { $0.0.rawValue == code }) else { return nil }
    self = match.1
  }
}
