import Tensors

/// Tensors of 32-bit floats or 64-bit counts on their way to a safetensors file, for other programs to read.
public struct TensorFile: Sendable {
  private enum Values: Sendable {
    case floats([Float])
    case counts([UInt64])

    var type: ElementType { if case .floats = self { .float32 } else { .uint64 } }
    var count: Int {
      switch self {
      case .floats(let values): values.count
      case .counts(let values): values.count
      }
    }

    /// The bytes of some of the values.
    func bytes(_ range: Range<Int>) -> [UInt8] {
      switch self {
      case .floats(let values): values[range].flatMap { TensorFile.bytes($0.bitPattern) }
      case .counts(let values): values[range].flatMap { TensorFile.bytes($0) }
      }
    }
  }

  private struct Entry: Sendable {
    let name: String
    let shape: [Int]
    let values: Values
    var bytes: Int { values.count * values.type.bits / 8 }
  }

  private let metadata: [String: String]
  private var entries: [Entry] = []

  /// A file without tensors.
  public init(metadata: [String: String] = [:]) { self.metadata = metadata }

  /// Adds a tensor; `values` are in C order, and names differ.
  public mutating func add(_ name: String, shape: [Int], values: [Float]) {
    precondition(values.count == shape.reduce(1, *), "as many values as the shape says")
    add(Entry(name: name, shape: shape, values: .floats(values)))
  }

  /// Adds a vector of counts.
  public mutating func add(_ name: String, counts: [UInt64]) {
    add(Entry(name: name, shape: [counts.count], values: .counts(counts)))
  }

  private mutating func add(_ entry: Entry) {
    precondition(!entries.contains { $0.name == entry.name }, "a name comes once")
    entries.append(entry)
  }

  /// Hands over the file's bytes in order, in pieces.
  public func write(_ emit: ([UInt8]) throws -> Void) throws {
    var offset = 0
    var members = entries.map { entry in
      defer { offset += entry.bytes }
      return "\(Self.quoted(entry.name)):{\"dtype\":\"\(entry.values.type.rawValue)\",\"shape\":\(entry.shape),"
        + "\"data_offsets\":[\(offset),\(offset + entry.bytes)]}"
    }
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key < $1.key }.map { Self.quoted($0.key) + ":" + Self.quoted($0.value) }
      members.insert("\"__metadata__\":{\(texts.joined(separator: ","))}", at: 0)
    }
    var header = Array("{\(members.joined(separator: ","))}".utf8)
    // Readers that map the file into memory want the data aligned.
    header += Array(repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
    try emit(Self.bytes(UInt64(header.count)) + header)
    for entry in entries {
      for start in stride(from: 0, to: entry.values.count, by: Self.pieceLength) {
        try emit(entry.values.bytes(start..<min(start + Self.pieceLength, entry.values.count)))
      }
    }
  }

  /// Values handed over together.
  private static let pieceLength = 1 << 16

  private static func bytes(_ pattern: some FixedWidthInteger) -> [UInt8] {
    (0..<pattern.bitWidth / 8).map { UInt8(truncatingIfNeeded: pattern >> (8 * $0)) }
  }

  private static func quoted(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar in
      switch scalar {
      case "\"", "\\": "\\\(scalar)"
      case "\u{0}"..<" ": "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      default: String(scalar)
      }
    }
    return "\"\(escaped.joined())\""
  }
}
