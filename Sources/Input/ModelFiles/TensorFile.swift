import Tensors

/// Tensors of 32-bit floats on their way to a safetensors file, for other programs to read.
public struct TensorFile: Sendable {
  private struct Entry: Sendable {
    let name: String
    let shape: [Int]
    let values: [Float]
  }

  private var entries: [Entry] = []

  /// A file without tensors.
  public init() {}

  /// Adds a tensor; `values` are in C order, and names differ.
  public mutating func add(_ name: String, shape: [Int], values: [Float]) {
    precondition(values.count == shape.reduce(1, *), "as many values as the shape says")
    precondition(!entries.contains { $0.name == name }, "a name comes once")
    entries.append(Entry(name: name, shape: shape, values: values))
  }

  /// Hands over the file's bytes in order, in pieces.
  public func write(_ emit: ([UInt8]) throws -> Void) throws {
    var offset = 0
    let members = entries.map { entry in
      defer { offset += 4 * entry.values.count }
      return "\(Self.quoted(entry.name)):{\"dtype\":\"F32\",\"shape\":\(entry.shape),"
        + "\"data_offsets\":[\(offset),\(offset + 4 * entry.values.count)]}"
    }
    var header = Array("{\(members.joined(separator: ","))}".utf8)
    // Readers that map the file into memory want the data aligned.
    header += Array(repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
    try emit(Self.bytes(UInt64(header.count)) + header)
    for entry in entries {
      for start in stride(from: 0, to: entry.values.count, by: Self.pieceLength) {
        let piece = entry.values[start..<min(start + Self.pieceLength, entry.values.count)]
        try emit(piece.flatMap { Self.bytes($0.bitPattern) })
      }
    }
  }

  /// Floats handed over together.
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
