import Tensors

/// Tensors of 32-bit floats or whole numbers on their way to a safetensors file, for other programs to read.
public struct TensorFile: Sendable {
  private enum Values: Sendable {
    case floats([Float])
    case counts([UInt64], ElementType)
    case bytes([UInt8])

    var type: ElementType {
      switch self {
      case .floats: .float32
      case .counts(_, let type): type
      case .bytes: .uint8
      }
    }
    var count: Int {
      switch self {
      case .floats(let values): values.count
      case .counts(let values, _): values.count
      case .bytes(let values): values.count
      }
    }

    /// The bytes of some of the values.
    func bytes(_ range: Range<Int>) -> [UInt8] {
      var bytes: [UInt8] = []
      bytes.reserveCapacity(range.count * type.bits / 8)
      switch self {
      case .floats(let values): for value in values[range] { bytes.append(value.bitPattern, bytes: 4) }
      case .counts(let values, let type): for value in values[range] { bytes.append(value, bytes: type.bits / 8) }
      case .bytes(let values): bytes += values[range]
      }
      return bytes
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
  private var names: Set<String> = []
  /// Why what belongs into it could not be had; nil where all could.
  var flaw: String?

  /// A file without tensors.
  public init(metadata: [String: String] = [:]) { self.metadata = metadata }

  /// Adds a tensor; `values` are in C order, and names differ.
  public mutating func add(_ name: String, shape: [Int], values: [Float]) {
    precondition(values.count == shape.reduce(1, *), "as many values as the shape says")
    add(Entry(name: name, shape: shape, values: .floats(values)))
  }

  /// Adds a vector of counts, in the narrowest unsigned type that holds them all.
  public mutating func add(_ name: String, counts: [UInt64]) {
    let largest = counts.max() ?? 0
    let type: ElementType =
      largest <= UInt64(UInt8.max)
      ? .uint8 : largest <= UInt64(UInt16.max) ? .uint16 : largest <= UInt64(UInt32.max) ? .uint32 : .uint64
    add(Entry(name: name, shape: [counts.count], values: .counts(counts, type)))
  }

  /// Adds a vector of bytes.
  public mutating func add(_ name: String, bytes: [UInt8]) {
    add(Entry(name: name, shape: [bytes.count], values: .bytes(bytes)))
  }

  private mutating func add(_ entry: Entry) {
    precondition(names.insert(entry.name).inserted, "a name comes once")
    entries.append(entry)
  }

  /// What makes readers refuse the file; nil where nothing does.
  public var problem: String? {
    if let flaw { return flaw }
    let header = header.count - 8
    if header > SafetensorsArchive.maximumHeaderSize {
      return "its header would have \(header) bytes, and \(SafetensorsArchive.maximumHeaderSize) are read at most"
    }
    if entries.count > SafetensorsArchive.maximumTensors {
      return "it would hold \(entries.count) arrays, and \(SafetensorsArchive.maximumTensors) are read at most"
    }
    let size = entries.reduce(8 + header) { $0 + $1.bytes }
    if size > SafetensorsArchive.maximumFileSize {
      return "it would have \(size) bytes, and \(SafetensorsArchive.maximumFileSize) are read at most"
    }
    return nil
  }

  /// Hands over the file's bytes in order, in pieces.
  public func write(_ emit: ([UInt8]) throws -> Void) throws {
    try emit(header)
    for entry in entries {
      for start in stride(from: 0, to: entry.values.count, by: Self.pieceLength) {
        try emit(entry.values.bytes(start..<min(start + Self.pieceLength, entry.values.count)))
      }
    }
  }

  /// The whole file.
  var bytes: [UInt8] { entries.reduce(into: header) { $0 += $1.values.bytes(0..<$1.values.count) } }

  /// Everything before the tensors.
  private var header: [UInt8] {
    var offset = 0
    var members = entries.map { entry in
      defer { offset += entry.bytes }
      return "\(JSONValue.quoted(entry.name)):{\"dtype\":\"\(entry.values.type.rawValue)\",\"shape\":\(entry.shape),"
        + "\"data_offsets\":[\(offset),\(offset + entry.bytes)]}"
    }
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key < $1.key }.map {
        JSONValue.quoted($0.key) + ":" + JSONValue.quoted($0.value)
      }
      members.insert("\"__metadata__\":{\(texts.joined(separator: ","))}", at: 0)
    }
    var text = Array("{\(members.joined(separator: ","))}".utf8)
    // Readers that map the file into memory want the data aligned.
    text += Array(repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
    var header: [UInt8] = []
    header.append(UInt64(text.count), bytes: 8)
    return header + text
  }

  /// Values handed over together.
  private static let pieceLength = 1 << 16
}

extension [UInt8] {
  /// Appends the lowest bytes of a number, the lowest first.
  fileprivate mutating func append(_ number: some FixedWidthInteger, bytes: Int) {
    for byte in 0..<bytes { append(UInt8(truncatingIfNeeded: number >> (8 * byte))) }
  }
}
