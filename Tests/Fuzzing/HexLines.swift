/// Lines of any bytes as text: hexadecimal digits.
enum HexLines {
  static func digits(of bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  static func bytes(ofDigits text: String) -> [UInt8] {
    let digits = Array(text.utf8)
    return stride(from: 0, to: digits.count - 1, by: 2).compactMap {
      UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
    }
  }

  static func bytes(of lines: [[UInt8]]) -> [UInt8] { Array(lines.map { digits(of: $0) + "\n" }.joined().utf8) }

  static func lines(_ bytes: [UInt8]) -> [[UInt8]] {
    bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast().map {
      Self.bytes(ofDigits: String(decoding: $0, as: UTF8.self))
    }
  }
}
