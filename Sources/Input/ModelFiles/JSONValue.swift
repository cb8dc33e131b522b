import PlainText

/// A JSON value that keeps what Foundation's reader loses: numbers stay text until someone asks for an integer or a
/// float.
package enum JSONValue: Sendable, Equatable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number exactly as it is written.
  case number(String)
  /// A string, unescaped.
  case string(String)
  /// An array.
  case array([JSONValue])
  /// An object; its keys differ after unescaping.
  case object([String: JSONValue])

  /// The number if it is written as an integer (no fraction, no exponent) and fits `Int`; never by way of a Double.
  package var integer: Int? {
    guard case .number(let text) = self else { return nil }
    return Int(text)
  }

  /// The number as a finite Float; nil for one beyond Float's range.
  package var float: Float? {
    guard case .number(let text) = self, let value = Double(text).map({ Float($0) }), value.isFinite else { return nil }
    return value
  }

  /// What the value is, for "expected …, but … came".
  package var summary: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .number(let text): text
    case .string(let text): text.quoted
    case .array(let elements): "an array of \(elements.count)"
    case .object: "an object"
    }
  }
}
