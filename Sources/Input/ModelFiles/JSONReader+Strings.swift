extension JSONReader {
  /// Reads a string from its opening quote.
  mutating func string() throws(JSONError) -> String {
    position += 1
    var text: [UInt8] = []
    let start = position
    var runStart = position
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        text += bytes[runStart..<position]
        position += 1
        guard let string = String(validating: text, as: UTF8.self) else {
          throw JSONError(offset: start, problem: "a string is not valid UTF-8")
        }
        guard !string.hasLongRunOfMarks else {
          throw JSONError(
            offset: start, problem: "a string has more than \(String.longestRunOfMarks) combining marks in a row")
        }
        return string
      case UInt8(ascii: "\\"):
        text += bytes[runStart..<position]
        position += 1
        let scalar = try escape()
        if let byte = UInt8(exactly: scalar.value), byte < 0x80 {
          text.append(byte)
        } else {
          text += String(scalar).utf8
        }
        runStart = position
      case 0..<0x20:
        throw error("a control character in a string must be escaped")
      default:
        position += 1
      }
    }
    throw error("a string has no closing quote")
  }

  /// Reads what follows a backslash.
  private mutating func escape() throws(JSONError) -> Unicode.Scalar {
    guard let byte = next else { throw error("a string has no closing quote") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try escapedScalar()
    default: throw error("an unknown escape in a string")
    }
  }

  /// Four hexadecimal digits, or two groups of them that are a surrogate pair.
  private mutating func escapedScalar() throws(JSONError) -> Unicode.Scalar {
    let first = try codeUnit()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard UTF16.isLeadSurrogate(first), next == UInt8(ascii: "\\") else { throw error("half a surrogate pair") }
    position += 1
    guard next == UInt8(ascii: "u") else { throw error("half a surrogate pair") }
    position += 1
    let second = try codeUnit()
    guard UTF16.isTrailSurrogate(second),
      let scalar = Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
    else { throw error("half a surrogate pair") }
    return scalar
  }

  private mutating func codeUnit() throws(JSONError) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
        throw error("expected four hexadecimal digits")
      }
      unit = unit << 4 | UInt16(digit)
      position += 1
    }
    return unit
  }
}

extension String {
  /// As in the Stream-Safe Text Format (Unicode Standard Annex 15): no language needs more.
  static let longestRunOfMarks = 30

  /// Whether many combining marks follow each other. Comparing or hashing a string puts such a run in order, which
  /// takes time by the square of its length.
  fileprivate var hasLongRunOfMarks: Bool {
    // The first mark is U+0300, CC 80 in UTF-8.
    guard utf8.contains(where: { $0 >= 0xCC }) else { return false }
    var run = 0
    for scalar in unicodeScalars {
      let isMark = scalar.value >= 0x300 && scalar.properties.canonicalCombiningClass != .notReordered
      run = isMark ? run + 1 : 0
      if run > Self.longestRunOfMarks { return true }
    }
    return false
  }
}
