import PlainText

/// Why a text is not the JSON that is accepted here.
package struct JSONError: Error, Equatable {
  /// Where in the text, in bytes from its start.
  package let offset: Int
  /// What was expected and what came.
  package let problem: String

  package init(offset: Int, problem: String) {
    self.offset = offset
    self.problem = problem
  }
}

/// A strict reader of JSON text (RFC 8259): UTF-8 only, no key twice in an object, nothing after the value but white
/// space, and limits on nesting and size, so that a hostile text costs little.
package struct JSONReader {
  /// Arrays and objects inside each other.
  package static let maximumDepth = 32
  /// Values in one text.
  package static let maximumValues = 1 << 20
  /// Bytes of one number.
  package static let maximumNumberLength = 64

  let bytes: [UInt8]
  var position = 0
  private var values = 0

  /// The value that `bytes` spell.
  package static func read(_ bytes: [UInt8]) throws(JSONError) -> JSONValue {
    var reader = JSONReader(bytes: bytes)
    let value = try reader.value(depth: 0)
    reader.skipSpace()
    guard reader.position == bytes.count else { throw reader.error("expected the end of the text") }
    return value
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  /// The next byte, nil at the end.
  var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  func error(_ problem: String) -> JSONError { JSONError(offset: position, problem: problem) }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
    values += 1
    guard values <= Self.maximumValues else { throw error("more than \(Self.maximumValues) values") }
    guard depth <= Self.maximumDepth else { throw error("nested deeper than \(Self.maximumDepth)") }
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    case .some(UInt8(ascii: "-")), .some(UInt8(ascii: "0")...UInt8(ascii: "9")): return .number(try number())
    case nil: throw error("expected a value, but the text ends")
    default: throw error("expected a value")
    }
  }

  private mutating func literal(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
    let spelled = Array("\(word)".utf8)
    guard bytes[position...].starts(with: spelled) else { throw error("expected \(word)") }
    position += spelled.count
    return value
  }

  private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
    position += 1
    var elements: [JSONValue] = []
    if take("]") { return .array(elements) }
    repeat { elements.append(try value(depth: depth + 1)) } while take(",")
    guard take("]") else { throw error("expected , or ] in an array") }
    return .array(elements)
  }

  private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
    position += 1
    var members: [String: JSONValue] = [:]
    if take("}") { return .object(members) }
    repeat {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw error("expected a key in quotes") }
      let start = position
      let key = try string()
      guard take(":") else { throw error("expected : after a key") }
      // String's equality is Unicode's canonical equivalence: keys that merely look the same count as the same.
      guard members.updateValue(try value(depth: depth + 1), forKey: key) == nil else {
        throw JSONError(offset: start, problem: "the key \(key.quoted) comes twice")
      }
    } while take(",")
    guard take("}") else { throw error("expected , or } in an object") }
    return .object(members)
  }

  /// Skips white space and `character`, if it comes next.
  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func number() throws(JSONError) -> String {
    let start = position
    if next == UInt8(ascii: "-") { position += 1 }
    if next == UInt8(ascii: "0") { position += 1 } else { try digits() }
    if next == UInt8(ascii: ".") {
      position += 1
      try digits()
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      position += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
      try digits()
    }
    guard position - start <= Self.maximumNumberLength else {
      throw JSONError(offset: start, problem: "a number of more than \(Self.maximumNumberLength) digits")
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func digits() throws(JSONError) {
    let start = position
    while let byte = next, UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte { position += 1 }
    guard position > start else { throw error("expected a digit") }
  }
}
