import Foundation

/// Bytes of safetensors archives, right or deliberately wrong.
struct ArchiveWriter {
  struct Tensor {
    var name: String
    var type = "F32"
    var shape: [Int]
    var bytes: [UInt8]
  }

  var metadata: [String: String] = [:]
  var tensors: [Tensor] = []
  /// Spaces after the header, as writers that align the data put them.
  var padding = 0

  mutating func add(_ name: String, _ shape: [Int], _ values: [Float]) {
    tensors.append(Tensor(name: name, shape: shape, bytes: Self.bytes(values.map(\.bitPattern))))
  }

  mutating func add(_ name: String, type: String, _ shape: [Int], patterns: [UInt16]) {
    tensors.append(Tensor(name: name, type: type, shape: shape, bytes: Self.bytes(patterns)))
  }

  /// The whole archive.
  var archive: [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key < $1.key }.map { "\(Self.quoted($0.key)):\(Self.quoted($0.value))" }
      members.append("\"__metadata__\":{\(texts.joined(separator: ","))}")
    }
    var offset = 0
    for tensor in tensors {
      let end = offset + tensor.bytes.count
      members.append(
        "\(Self.quoted(tensor.name)):{\"dtype\":\"\(tensor.type)\",\"shape\":\(tensor.shape),\"data_offsets\":[\(offset),\(end)]}"
      )
      offset = end
    }
    let header = "{\(members.joined(separator: ","))}" + String(repeating: " ", count: padding)
    return Self.archive(header: header, data: tensors.flatMap(\.bytes))
  }

  /// An archive of any header text and data.
  static func archive(header: String, data: [UInt8] = []) -> [UInt8] {
    bytes([UInt64(header.utf8.count)]) + Array(header.utf8) + data
  }

  static func bytes<Pattern: FixedWidthInteger>(_ patterns: [Pattern]) -> [UInt8] {
    patterns.flatMap { pattern in (0..<Pattern.bitWidth / 8).map { UInt8(truncatingIfNeeded: pattern >> (8 * $0)) } }
  }

  static func quoted(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar in
      switch scalar {
      case "\"", "\\": "\\\(scalar)"
      case let scalar where scalar.value < 0x20: String(format: "\\u%04x", scalar.value)
      default: String(scalar)
      }
    }
    return "\"\(escaped.joined())\""
  }
}

/// A folder of its own for one test's files, gone with the last reference.
final class TemporaryFolder {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("dyviz-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file and gives its path.
  func write(_ bytes: [UInt8], as name: String = "model.bin") throws -> String {
    let path = "\(path)/\(name)"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }
}
