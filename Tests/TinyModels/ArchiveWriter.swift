import Foundation

/// Bytes of safetensors archives, right or deliberately wrong.
package struct ArchiveWriter {
  package struct Tensor {
    package var name: String
    package var type: String
    package var shape: [Int]
    package var bytes: [UInt8]

    package init(name: String, type: String = "F32", shape: [Int], bytes: [UInt8]) {
      (self.name, self.type, self.shape, self.bytes) = (name, type, shape, bytes)
    }
  }

  package var metadata: [String: String] = [:]
  package var tensors: [Tensor] = []
  /// Spaces after the header, as writers that align the data put them.
  package var padding = 0

  /// An archive without tensors.
  package init() {}

  package mutating func add(_ name: String, _ shape: [Int], _ values: [Float]) {
    tensors.append(Tensor(name: name, shape: shape, bytes: Self.bytes(values.map(\.bitPattern))))
  }

  package mutating func add(_ name: String, type: String, _ shape: [Int], patterns: [UInt16]) {
    tensors.append(Tensor(name: name, type: type, shape: shape, bytes: Self.bytes(patterns)))
  }

  /// The whole archive.
  package var archive: [UInt8] {
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
  package static func archive(header: String, data: [UInt8] = []) -> [UInt8] {
    bytes([UInt64(header.utf8.count)]) + Array(header.utf8) + data
  }

  package static func bytes<Pattern: FixedWidthInteger>(_ patterns: [Pattern]) -> [UInt8] {
    patterns.flatMap { pattern in (0..<Pattern.bitWidth / 8).map { UInt8(truncatingIfNeeded: pattern >> (8 * $0)) } }
  }

  package static func quoted(_ text: String) -> String {
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
