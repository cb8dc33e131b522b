import PlainText

/// A JSON value whose members keep their order, so that equal values give equal bytes.
package indirect enum JSON {
  case null
  case flag(Bool)
  case integer(Int)
  case count(UInt64)
  case number(Double)
  case text(String)
  case list([JSON])
  case object([(name: String, value: JSON)])

  /// A number, or null for nil; JSON has no NaN or infinity, and no figure holds one.
  package static func optional(_ number: Double?) -> JSON { number.map { $0.isFinite ? .number($0) : .null } ?? .null }

  /// UTF-8 text, two spaces for each level, a line feed at the end.
  package var bytes: [UInt8] { Array((text(indent: "") + "\n").utf8) }

  private func text(indent: String) -> String {
    switch self {
    case .null: "null"
    case .flag(let flag): flag ? "true" : "false"
    case .integer(let integer): String(integer)
    case .count(let count): String(count)
    case .number(let number): number.description
    case .text(let text): Self.quoted(text)
    case .list(let items): Self.enclosed("[", items.map { $0.text(indent: indent + "  ") }, "]", indent: indent)
    case .object(let members):
      Self.enclosed(
        "{", members.map { Self.quoted($0.name) + ": " + $0.value.text(indent: indent + "  ") }, "}", indent: indent)
    }
  }

  private static func enclosed(_ open: String, _ items: [String], _ close: String, indent: String) -> String {
    guard !items.isEmpty else { return open + close }
    return open + "\n" + items.map { indent + "  " + $0 }.joined(separator: ",\n") + "\n" + indent + close
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case _ where scalar.steersTerminals:
        let hexadecimal = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - hexadecimal.count) + hexadecimal
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
