import PlainText

/// What an ONNX file says, before any of it is understood: `ModelProto` and `GraphProto`, the fields that are used.
struct ModelMessage {
  /// The version of ONNX's own operators.
  let opset: Int
  /// Nodes in the order in which they run.
  let nodes: [NodeMessage]
  /// Tensors by name.
  let initializers: [String: StoredTensor]
  /// The graph's inputs, initialisers left out.
  let inputs: [GraphInput]
  /// Names of the outputs.
  let outputs: [String]

  /// An input of the graph.
  struct GraphInput {
    let name: String
    let type: StoredType?
    /// Nil where the file does not say; an extent is nil where it is a symbol.
    let shape: [Int?]?
  }

  static let opsets = 7...28
  static let maximumNodes = 100_000
  static let maximumTensors = 100_000

  /// Reads the file `bytes`.
  init(_ bytes: [UInt8], external: ExternalFiles) throws(ONNXProblem) {
    let model = try Message(bytes, 0..<bytes.count, name: "the model")
    let version = try model.integer(1, "ir_version") ?? 0
    guard version >= 3 else { throw ONNXProblem("is of ONNX's IR version \(version), but 3 and later are read") }
    opset = try Self.opset(model)
    guard let range = try model.range(7, "the graph") else { throw ONNXProblem("holds no graph") }
    let graph = try Message(bytes, range, name: "the graph")
    guard !graph.has(15) else { throw ONNXProblem("has sparse tensors, which are not read") }
    let tensors = try Self.tensors(graph, external: external)
    initializers = tensors
    let ranges = try graph.ranges(1, "a node")
    guard ranges.count <= Self.maximumNodes else {
      throw ONNXProblem("has \(ranges.count) nodes, but at most \(Self.maximumNodes) are read")
    }
    var nodes: [NodeMessage] = []
    for (index, range) in ranges.enumerated() {
      nodes.append(try NodeMessage(bytes, range, index: index, of: ranges.count, external: external))
    }
    self.nodes = nodes
    inputs = try graph.ranges(11, "an input").map { range throws(ONNXProblem) in
      try GraphInput(Message(bytes, range, name: "an input of the graph"))
    }.filter { tensors[$0.name] == nil }
    outputs = try graph.ranges(12, "an output").map { range throws(ONNXProblem) in
      try Message(bytes, range, name: "an output of the graph").text(1, "its name")
    }
  }

  private static func opset(_ model: Message) throws(ONNXProblem) -> Int {
    var found: Int?
    for range in try model.ranges(8, "opset_import") {
      let entry = try Message(model.bytes, range, name: "opset_import")
      guard NodeMessage.ownDomains.contains(try entry.text(1, "domain")) else { continue }
      let version = try entry.integer(2, "version") ?? 0
      guard found == nil || found == version else { throw ONNXProblem("names two versions of ONNX's operators") }
      found = version
    }
    guard let found else { throw ONNXProblem("names no version of ONNX's operators (opset_import)") }
    guard opsets.contains(found) else {
      throw ONNXProblem("is of opset \(found), but \(opsets.lowerBound) to \(opsets.upperBound) are read")
    }
    return found
  }

  private static func tensors(
    _ graph: Message, external: ExternalFiles
  ) throws(ONNXProblem) -> [String: StoredTensor] {
    let ranges = try graph.ranges(5, "an initializer")
    guard ranges.count <= maximumTensors else {
      throw ONNXProblem("has \(ranges.count) tensors, but at most \(maximumTensors) are read")
    }
    var tensors: [String: StoredTensor] = [:]
    for range in ranges {
      let tensor = try TensorMessage.read(graph.bytes, range, external: external)
      guard 1...1024 ~= tensor.name.utf8.count else {
        throw ONNXProblem("has an initializer whose name is \(tensor.name.utf8.count) bytes long")
      }
      guard tensors.updateValue(tensor, forKey: tensor.name) == nil else {
        throw ONNXProblem("has two initializers called \(tensor.name.quoted)")
      }
    }
    return tensors
  }
}

extension ModelMessage.GraphInput {
  /// Reads a `ValueInfoProto`.
  init(_ message: Message) throws(ONNXProblem) {
    let name = try message.text(1, "its name")
    var type: StoredType?
    var shape: [Int?]?
    if let range = try message.range(2, "its type") {
      let kind = try Message(message.bytes, range, name: "the type of input \(name.quoted)")
      guard let range = try kind.range(1, "the tensor's type") else {
        throw ONNXProblem("the input \(name.quoted) is no tensor")
      }
      let tensor = try Message(message.bytes, range, name: "the type of input \(name.quoted)")
      type = try tensor.integer(1, "elem_type").flatMap(StoredType.init)
      if let range = try tensor.range(2, "its shape") {
        let extents = try Message(message.bytes, range, name: "the shape of input \(name.quoted)")
        shape = try extents.ranges(1, "an extent").map { range throws(ONNXProblem) in
          let extent = try Message(message.bytes, range, name: "an extent of input \(name.quoted)")
          // Some writers put 0 or -1 for an extent that may be any.
          return try extent.integer(1, "its value").flatMap { $0 > 0 ? $0 : nil }
        }
      }
    }
    (self.name, self.type, self.shape) = (name, type, shape)
  }
}
