extension String {
  /// In quotation marks for a message: whatever could steer a terminal escaped, and cut when it is long.
  package var quoted: String {
    let limit = 120
    var text = "\""
    var scalars = 0
    for scalar in unicodeScalars {
      scalars += 1
      guard scalars <= limit else { return text + "…\"" }
      text += scalar.escaped
    }
    return text + "\""
  }

  /// The text with whatever could steer a terminal escaped, line ends too: for text from outside in a message.
  package var escaped: String { steersTerminals ? unicodeScalars.map(\.escaped).joined() : self }

  /// Lines of text with everything else that could steer a terminal escaped: for what is printed.
  package var escapedLines: String { escaped(but: ["\n"]) }

  /// The text with whatever could steer a terminal escaped, some characters excepted.
  package func escaped(but kept: [Unicode.Scalar]) -> String {
    guard unicodeScalars.contains(where: { $0.steersTerminals && !kept.contains($0) }) else { return self }
    return unicodeScalars.map { kept.contains($0) ? String($0) : $0.escaped }.joined()
  }

  /// The text with whatever could steer a terminal replaced by `?`.
  package var printable: String {
    String(String.UnicodeScalarView(unicodeScalars.map { $0.steersTerminals ? "?" : $0 }))
  }

  /// Whether some character could steer a terminal.
  package var steersTerminals: Bool { unicodeScalars.contains { $0.steersTerminals } }
}

extension Unicode.Scalar {
  /// Control characters (C0, DEL, C1), line separators and the marks that turn the direction of writing.
  package var steersTerminals: Bool {
    switch value {
    case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0x200E, 0x200F, 0x061C, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  /// As it is, or `\u{1b}`.
  fileprivate var escaped: String { steersTerminals ? "\\u{\(String(value, radix: 16))}" : String(self) }
}
