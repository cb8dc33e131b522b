/// Bytes of protobuf messages, right or deliberately wrong.
package struct ProtoWriter {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package static func varint(_ value: UInt64) -> [UInt8] {
    var (value, bytes): (UInt64, [UInt8]) = (value, [])
    while value >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
      value >>= 7
    }
    return bytes + [UInt8(value)]
  }

  package mutating func add(_ field: Int, integer: Int) {
    bytes += Self.varint(UInt64(field << 3)) + Self.varint(UInt64(bitPattern: Int64(integer)))
  }

  package mutating func add(_ field: Int, bytes other: [UInt8]) {
    bytes += Self.varint(UInt64(field << 3 | 2)) + Self.varint(UInt64(other.count)) + other
  }

  package mutating func add(_ field: Int, text: String) { add(field, bytes: Array(text.utf8)) }

  package mutating func add(_ field: Int, float: Float) {
    bytes += Self.varint(UInt64(field << 3 | 5)) + ArchiveWriter.bytes([float.bitPattern])
  }

  /// A message of its own.
  package static func message(_ fill: (inout ProtoWriter) -> Void) -> [UInt8] {
    var writer = ProtoWriter()
    fill(&writer)
    return writer.bytes
  }
}

/// A small valid ONNX file (convolution, ReLU, pooling, classifier), and the means to spoil any part of it.
package struct TinyONNX {
  /// One node.
  package struct Node {
    package var type: String
    package var inputs: [String]
    package var outputs: [String]
    package var name: String
    package var domain = ""
    package var attributes: [[UInt8]] = []

    package init(_ type: String, _ inputs: [String], _ outputs: [String], name: String = "") {
      (self.type, self.inputs, self.outputs, self.name) = (type, inputs, outputs, name)
    }

    var bytes: [UInt8] {
      ProtoWriter.message { writer in
        for input in inputs { writer.add(1, text: input) }
        for output in outputs { writer.add(2, text: output) }
        writer.add(3, text: name)
        writer.add(4, text: type)
        for attribute in attributes { writer.add(5, bytes: attribute) }
        if !domain.isEmpty { writer.add(7, text: domain) }
      }
    }
  }

  package var irVersion = 8
  package var opset = 13
  package var nodes: [Node]
  package var tensors: [[UInt8]]
  package var inputs: [[UInt8]]
  package var outputs = ["logits"]
  /// Bytes behind everything else.
  package var rest: [UInt8] = []

  package init() {
    nodes = [
      Node("Conv", ["image", "conv.weight", "conv.bias"], ["map"], name: "/layer1/layer1.0/conv/Conv"),
      Node("Relu", ["map"], ["act"], name: "/layer1/layer1.0/act/Relu"),
      Node("GlobalAveragePool", ["act"], ["pooled"], name: "/pool/GlobalAveragePool"),
      Node("Flatten", ["pooled"], ["flat"], name: "/Flatten"),
      Node("Gemm", ["flat", "fc.weight", "fc.bias"], ["logits"], name: "/fc/Gemm"),
    ]
    nodes[0].attributes = [Self.attribute("pads", integers: [1, 1, 1, 1])]
    nodes[4].attributes = [Self.attribute("transB", integer: 1)]
    tensors = [
      Self.tensor("conv.weight", [4, 3, 3, 3], (0..<108).map { Float($0 % 7) - 3 }),
      Self.tensor("conv.bias", [4], [0, 1, -1, 0.5]),
      Self.tensor("fc.weight", [2, 4], (0..<8).map { Float($0) }), Self.tensor("fc.bias", [2], [1, -1]),
    ]
    inputs = [Self.input("image", [nil, 3, 6, 5])]
  }

  package static func attribute(_ name: String, integer: Int) -> [UInt8] {
    ProtoWriter.message {
      $0.add(1, text: name)
      $0.add(3, integer: integer)
      $0.add(20, integer: 2)
    }
  }

  package static func attribute(_ name: String, integers: [Int]) -> [UInt8] {
    ProtoWriter.message { writer in
      writer.add(1, text: name)
      for integer in integers { writer.add(8, integer: integer) }
      writer.add(20, integer: 7)
    }
  }

  /// A tensor of F32 in raw_data.
  package static func tensor(_ name: String, _ shape: [Int], _ values: [Float]) -> [UInt8] {
    tensor(name, shape, type: 1, field: 9, ArchiveWriter.bytes(values.map(\.bitPattern)))
  }

  /// A tensor whose numbers stand in a field as these bytes.
  package static func tensor(_ name: String, _ shape: [Int], type: Int, field: Int, _ data: [UInt8]) -> [UInt8] {
    ProtoWriter.message { writer in
      writer.add(1, bytes: shape.flatMap { ProtoWriter.varint(UInt64(bitPattern: Int64($0))) })
      writer.add(2, integer: type)
      writer.add(8, text: name)
      writer.add(field, bytes: data)
    }
  }

  /// A tensor in a file of its own.
  package static func external(_ name: String, _ shape: [Int], _ entries: [(String, String)]) -> [UInt8] {
    ProtoWriter.message { writer in
      writer.add(1, bytes: shape.flatMap { ProtoWriter.varint(UInt64($0)) })
      writer.add(2, integer: 1)
      writer.add(8, text: name)
      for (key, value) in entries {
        writer.add(
          13,
          bytes: ProtoWriter.message {
            $0.add(1, text: key)
            $0.add(2, text: value)
          })
      }
      writer.add(14, integer: 1)
    }
  }

  /// An input of F32; nil stands for a symbol.
  package static func input(_ name: String, _ shape: [Int?], type: Int = 1) -> [UInt8] {
    let extents = ProtoWriter.message { writer in
      for extent in shape {
        writer.add(
          1,
          bytes: ProtoWriter.message {
            if let extent { $0.add(1, integer: extent) } else { $0.add(2, text: "any") }
          })
      }
    }
    let tensor = ProtoWriter.message {
      $0.add(1, integer: type)
      $0.add(2, bytes: extents)
    }
    return ProtoWriter.message { writer in
      writer.add(1, text: name)
      writer.add(2, bytes: ProtoWriter.message { $0.add(1, bytes: tensor) })
    }
  }

  /// The graph.
  package var graph: [UInt8] {
    ProtoWriter.message { writer in
      for node in nodes { writer.add(1, bytes: node.bytes) }
      writer.add(2, text: "tiny")
      for tensor in tensors { writer.add(5, bytes: tensor) }
      for input in inputs { writer.add(11, bytes: input) }
      for output in outputs { writer.add(12, bytes: ProtoWriter.message { $0.add(1, text: output) }) }
    }
  }

  /// The file's bytes.
  package var bytes: [UInt8] {
    ProtoWriter.message { writer in
      writer.add(1, integer: irVersion)
      writer.add(2, text: "tests")
      writer.add(7, bytes: graph)
      writer.add(8, bytes: ProtoWriter.message { $0.add(2, integer: opset) })
    } + rest
  }
}
