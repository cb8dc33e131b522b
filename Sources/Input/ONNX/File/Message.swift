import PlainText

/// The fields of one message, sorted by their numbers: what the readers of single messages ask.
struct Message {
  /// The file.
  let bytes: [UInt8]
  /// What the message is called in errors.
  private(set) var name: String
  private var fields: [Int: [WireValue]] = [:]

  /// Longest text that is kept, in bytes.
  static let maximumText = 1 << 16
  /// Most fields of one message.
  static let maximumFields = 1 << 22

  /// Reads the message in `range` of `bytes`.
  init(_ bytes: [UInt8], _ range: Range<Int>, name: String) throws(ONNXProblem) {
    self.bytes = bytes
    self.name = name
    var reader = WireReader(bytes, range, message: name)
    var count = 0
    while let field = try reader.next() {
      count += 1
      guard count <= Self.maximumFields else {
        throw ONNXProblem("\(name): has more than \(Self.maximumFields) fields")
      }
      fields[field.number, default: []].append(field.value)
    }
  }

  /// The same message, called otherwise once its own name is known.
  func named(_ name: String) -> Message {
    var message = self
    message.name = name
    return message
  }

  /// Whether a field is there.
  func has(_ number: Int) -> Bool { fields[number] != nil }

  /// A message or bytes that come once; nil where there are none.
  func range(_ number: Int, _ what: String) throws(ONNXProblem) -> Range<Int>? {
    let all = try ranges(number, what)
    guard all.count <= 1 else { throw ONNXProblem("\(name): \(what) comes \(all.count) times") }
    return all.first
  }

  /// Messages or bytes that come any number of times.
  func ranges(_ number: Int, _ what: String) throws(ONNXProblem) -> [Range<Int>] {
    try (fields[number] ?? []).map { value throws(ONNXProblem) in
      guard case .bytes(let range) = value else { throw ONNXProblem("\(name): \(what) is a number") }
      return range
    }
  }

  /// A text, empty where there is none.
  func text(_ number: Int, _ what: String) throws(ONNXProblem) -> String {
    try range(number, what).map { range throws(ONNXProblem) in try text(range, what) } ?? ""
  }

  /// Texts.
  func texts(_ number: Int, _ what: String) throws(ONNXProblem) -> [String] {
    try ranges(number, what).map { range throws(ONNXProblem) in try text(range, what) }
  }

  private func text(_ range: Range<Int>, _ what: String) throws(ONNXProblem) -> String {
    guard range.count <= Self.maximumText else {
      throw ONNXProblem("\(name): \(what) is \(range.count) bytes long, but at most \(Self.maximumText) are read")
    }
    guard let text = String(validating: bytes[range], as: UTF8.self) else {
      throw ONNXProblem("\(name): \(what) is no UTF-8 text")
    }
    return text
  }

  /// A whole number, nil where there is none. As everywhere in protobuf the last one counts.
  func integer(_ number: Int, _ what: String) throws(ONNXProblem) -> Int? {
    guard let value = fields[number]?.last else { return nil }
    guard case .varint(let bits) = value else { throw ONNXProblem("\(name): \(what) is no whole number") }
    return Int(Int64(bitPattern: bits))
  }

  /// Whole numbers, packed or not.
  func integers(_ number: Int, _ what: String) throws(ONNXProblem) -> [Int] {
    var numbers: [Int] = []
    for value in fields[number] ?? [] {
      numbers += try WireReader.varints(value, in: bytes, message: "\(name), \(what)").map {
        Int(Int64(bitPattern: $0))
      }
    }
    return numbers
  }

  /// The bytes of numbers of `size` bytes each, packed or not.
  func fixed(_ number: Int, size: Int, _ what: String) throws(ONNXProblem) -> ArraySlice<UInt8> {
    let values = fields[number] ?? []
    if values.count == 1, case .bytes(let range) = values[0] {
      guard range.count % size == 0 else {
        throw ONNXProblem("\(name): \(what) has \(range.count) bytes, which are no numbers of \(size) bytes")
      }
      return bytes[range]
    }
    var joined: [UInt8] = []
    for value in values {
      switch value {
      case .bytes(let range) where range.count % size == 0: joined += bytes[range]
      case .fixed32(let bits) where size == 4:
        joined += (0..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
      case .fixed64(let bits) where size == 8:
        joined += (0..<8).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
      default: throw ONNXProblem("\(name): \(what) are no numbers of \(size) bytes")
      }
    }
    return joined[...]
  }
}
