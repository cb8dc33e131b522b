import PlainText

/// Reads ONNX's `TensorProto`.
struct TensorMessage {
  private let message: Message
  private let name: String
  private let external: ExternalFiles

  /// The tensor in `range` of the file `bytes`; those in files of their own are looked up in `external`.
  static func read(
    _ bytes: [UInt8], _ range: Range<Int>, external: ExternalFiles
  ) throws(ONNXProblem) -> StoredTensor {
    let unnamed = try Message(bytes, range, name: "a tensor")
    let name = try unnamed.text(8, "its name")
    let message = name.isEmpty ? unnamed : unnamed.named("tensor \(name.quoted)")
    return try TensorMessage(message: message, name: name, external: external).tensor()
  }

  private func tensor() throws(ONNXProblem) -> StoredTensor {
    let code = try message.integer(2, "data_type") ?? 0
    guard let type = StoredType(rawValue: code) else {
      throw problem("is of data type \(code)\(Self.names[code].map { " (\($0))" } ?? ""), which is not read")
    }
    guard !message.has(3) else { throw problem("is in segments, which are not read") }
    let shape = try message.integers(1, "dims")
    guard shape.count <= StoredTensor.maximumRank else {
      throw problem("has \(shape.count) dimensions, but at most \(StoredTensor.maximumRank) are read")
    }
    let count = try elements(shape)
    let (data, place) = try data(type)
    let found: Int
    switch data {
    case .bytes(let bytes):
      let (wanted, overflow) = count.multipliedReportingOverflow(by: type.size)
      guard !overflow, bytes.count == wanted else {
        throw problem("\(type) of shape \(shape) has \(bytes.count) bytes of data")
      }
      found = count
    case .integers(let values): found = values.count
    }
    guard found == count else { throw problem("\(type) of shape \(shape) has \(found) elements") }
    return StoredTensor(name: name, type: type, shape: shape, data: data, place: place)
  }

  private func elements(_ shape: [Int]) throws(ONNXProblem) -> Int {
    var count = 1
    for extent in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflow, product <= 1 << 31 else { throw problem("cannot have the shape \(shape)") }
      count = product
    }
    return count
  }

  /// The numbers from the one field that holds them, and where they stand in a file if that is as they are.
  private func data(_ type: StoredType) throws(ONNXProblem) -> (StoredTensor.Data, FilePlace?) {
    let fields = [4, 5, 7, 9, 10, 11].filter { message.has($0) }
    if try message.integer(14, "data_location") == 1 {
      guard fields.isEmpty else { throw problem("has its numbers both inside and in another file") }
      let (bytes, place) = try external.bytes(of: message)
      return (.bytes(bytes), place)
    }
    guard fields.count <= 1 else { throw problem("has its numbers in several fields") }
    guard let field = fields.first else { return (.bytes([]), nil) }
    let own: Int =
      switch type {
      case .float32: 4
      case .float64: 10
      case .int64: 7
      case .uint32, .uint64: 11
      default: 5
      }
    if field == 9 {
      guard let range = try message.range(9, "raw_data") else { return (.bytes([]), nil) }
      return (.bytes(message.bytes[range]), external.model.map { FilePlace(file: $0, range: range) })
    }
    guard field == own else { throw problem("is \(type), but its numbers stand in field \(field)") }
    switch type {
    case .float32: return (.bytes(try message.fixed(4, size: 4, "float_data")), nil)
    case .float64: return (.bytes(try message.fixed(10, size: 8, "double_data")), nil)
    default: return (.integers(try message.integers(field, "data")), nil)
    }
  }

  private func problem(_ text: String) -> ONNXProblem { ONNXProblem("\(message.name) \(text)") }

  /// Types of ONNX that no weight or shape has here.
  private static let names = [
    0: "undefined", 8: "text", 14: "complex numbers", 15: "complex numbers", 17: "8-bit floats", 18: "8-bit floats",
    19: "8-bit floats", 20: "8-bit floats", 21: "4-bit integers", 22: "4-bit integers", 23: "4-bit floats",
  ]
}
