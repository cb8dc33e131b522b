/// One field of a protobuf message.
struct WireField {
  /// The field's number.
  let number: Int
  /// What follows it.
  let value: WireValue
}

/// A field's value as it stands in the file.
enum WireValue {
  /// An integer, a truth value or an enumeration's case.
  case varint(UInt64)
  /// Eight bytes.
  case fixed64(UInt64)
  /// A text, a message or packed numbers: the bytes of the file.
  case bytes(Range<Int>)
  /// Four bytes.
  case fixed32(UInt32)
}

/// Walks over the fields of one message (https://protobuf.dev/programming-guides/encoding). Messages inside are ranges:
/// whoever knows them reads them, and what nobody knows is stepped over, however deep it is nested.
struct WireReader {
  private let bytes: [UInt8]
  private var position: Int
  private let end: Int
  /// What the message is called in errors.
  private let message: String

  /// The message in `range` of `bytes`.
  init(_ bytes: [UInt8], _ range: Range<Int>, message: String) {
    self.bytes = bytes
    (position, end) = (range.lowerBound, range.upperBound)
    self.message = message
  }

  /// The next field; nil at the message's end.
  mutating func next() throws(ONNXProblem) -> WireField? {
    guard position < end else { return nil }
    let start = position
    let key = try varint()
    guard let number = Int(exactly: key >> 3), (1..<1 << 29).contains(number) else {
      throw problem("field number \(key >> 3)", at: start)
    }
    switch key & 7 {
    case 0: return WireField(number: number, value: .varint(try varint()))
    case 1: return WireField(number: number, value: .fixed64(try fixed(8)))
    case 2:
      let length = try varint()
      guard length <= UInt64(end - position) else {
        throw problem("field \(number) would be \(length) bytes long, but \(end - position) follow", at: start)
      }
      let range = position..<position + Int(length)
      position = range.upperBound
      return WireField(number: number, value: .bytes(range))
    case 5: return WireField(number: number, value: .fixed32(UInt32(truncatingIfNeeded: try fixed(4))))
    default: throw problem("field \(number) is of wire type \(key & 7)", at: start)
    }
  }

  /// At most ten bytes, seven bits in each.
  private mutating func varint() throws(ONNXProblem) -> UInt64 {
    let start = position
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard position < end else { throw problem("a number is cut off", at: start) }
      let byte = bytes[position]
      position += 1
      guard shift < 63 || byte < 2 else { break }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw problem("a number has more than 64 bits", at: start)
  }

  private mutating func fixed(_ count: Int) throws(ONNXProblem) -> UInt64 {
    guard count <= end - position else { throw problem("a number is cut off", at: position) }
    defer { position += count }
    return (0..<count).reduce(0) { $0 | UInt64(bytes[position + $1]) << UInt64(8 * $1) }
  }

  private func problem(_ text: String, at byte: Int) -> ONNXProblem {
    ONNXProblem("is not valid at byte \(byte), in \(message): \(text)")
  }

  /// Every number of a packed field, or of one number that stands alone.
  static func varints(_ value: WireValue, in bytes: [UInt8], message: String) throws(ONNXProblem) -> [UInt64] {
    switch value {
    case .varint(let number): return [number]
    case .bytes(let range):
      var reader = WireReader(bytes, range, message: message)
      var numbers: [UInt64] = []
      while reader.position < reader.end { numbers.append(try reader.varint()) }
      return numbers
    case .fixed32, .fixed64: throw ONNXProblem("\(message): whole numbers are expected, but there are fixed ones")
    }
  }
}
