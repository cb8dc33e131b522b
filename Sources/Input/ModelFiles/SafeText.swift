extension String {
  /// In quotation marks for a message: whatever could steer a terminal escaped, and cut when it is long.
  package var quoted: String {
    let limit = 120
    var text = "\""
    var scalars = 0
    for scalar in unicodeScalars {
      scalars += 1
      guard scalars <= limit else { return text + "…\"" }
      text += scalar.steersTerminals ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
    }
    return text + "\""
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
  var steersTerminals: Bool {
    switch value {
    case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0x200E, 0x200F, 0x061C, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
