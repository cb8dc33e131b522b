import PlainText

/// One node of an ONNX graph: `NodeProto`.
struct NodeMessage {
  /// Its name; empty where it has none.
  let name: String
  /// The operator.
  let type: String
  /// Names of what it takes; empty for an optional input that is left out.
  let inputs: [String]
  /// Names of what it gives.
  let outputs: [String]
  /// The operator's options.
  let attributes: [String: Attribute]
  /// Paths of the modules that it came from, the outermost first, where the exporter noted them.
  let scopes: [String]
  /// Where it stands, for messages: `node "/layer1/act/Relu" (Relu, 12 of 80)`.
  let place: String

  /// The value of an option.
  enum Attribute {
    case integer(Int)
    case integers([Int])
    case float(Float)
    case floats([Float])
    case text(String)
    case texts([String])
    case tensor(StoredTensor)
  }

  /// Domains of the operators that ONNX itself defines.
  static let ownDomains: Set = ["", "ai.onnx"]
  private static let maximumPorts = 10_000

  init(
    _ bytes: [UInt8], _ range: Range<Int>, index: Int, of count: Int, external: ExternalFiles
  ) throws(ONNXProblem) {
    let number = "\(index + 1) of \(count)"
    let message = try Message(bytes, range, name: "node \(number)")
    name = try message.text(3, "its name")
    type = try message.text(4, "op_type")
    let label = name.isEmpty ? "a node" : "node \(name.quoted)"
    place = "\(label) (\(type.quoted.dropFirst().dropLast()), \(number))"
    let domain = try message.text(7, "domain")
    guard Self.ownDomains.contains(domain) else {
      throw ONNXProblem(
        "\(place): the operator is a function of the file or an extension, of the domain \(domain.quoted); "
          + "only ONNX's own operators are read")
    }
    inputs = try message.texts(1, "an input")
    outputs = try message.texts(2, "an output")
    guard inputs.count <= Self.maximumPorts, outputs.count <= Self.maximumPorts else {
      throw ONNXProblem("\(place): has \(inputs.count) inputs and \(outputs.count) outputs")
    }
    scopes = try Self.scopes(message)
    var attributes: [String: Attribute] = [:]
    for range in try message.ranges(5, "an attribute") {
      let (name, value) = try Self.attribute(bytes, range, place: place, external: external)
      guard attributes.updateValue(value, forKey: name) == nil else {
        throw ONNXProblem("\(place): the attribute \(name.quoted) comes twice")
      }
    }
    self.attributes = attributes
  }

  private static func attribute(
    _ bytes: [UInt8], _ range: Range<Int>, place: String, external: ExternalFiles
  ) throws(ONNXProblem) -> (String, Attribute) {
    let unnamed = try Message(bytes, range, name: "\(place), an attribute")
    let name = try unnamed.text(1, "its name")
    let message = unnamed.named("\(place), attribute \(name.quoted)")
    guard !message.has(6), !message.has(11) else {
      throw ONNXProblem("\(place): has a graph inside (\(name.quoted)); loops and branches are not read")
    }
    guard !message.has(21) else { throw ONNXProblem("\(message.name): refers to an attribute of a function") }
    let kind = try message.integer(20, "its type") ?? Self.implied(message)
    switch kind {
    case 1:
      let bits = try message.fixed(2, size: 4, "its value")
      return (name, .float(floats(bits).first ?? 0))
    case 2: return (name, .integer(try message.integer(3, "its value") ?? 0))
    case 3: return (name, .text(try message.text(4, "its value")))
    case 4:
      guard let range = try message.range(5, "its value") else { throw ONNXProblem("\(message.name): has no tensor") }
      return (name, .tensor(try TensorMessage.read(bytes, range, external: external)))
    case 6: return (name, .floats(floats(try message.fixed(7, size: 4, "its values"))))
    case 7: return (name, .integers(try message.integers(8, "its values")))
    case 8: return (name, .texts(try message.texts(9, "its values")))
    default: throw ONNXProblem("\(message.name): is of type \(kind), which is not read")
    }
  }

  /// The type of an attribute that does not say it, as early writers left it out.
  private static func implied(_ message: Message) -> Int {
    [(2, 1), (3, 2), (4, 3), (5, 4), (7, 6), (8, 7), (9, 8)].first { message.has($0.0) }?.1 ?? 7
  }

  private static func floats(_ bytes: ArraySlice<UInt8>) -> [Float] {
    StoredTensor(name: "", type: .float32, shape: [bytes.count / 4], data: .bytes(bytes)).floats.array
  }

  /// The modules' paths from the metadata of PyTorch's newer exporter: `['', 'layer1', 'layer1.0', 'relu']`.
  private static func scopes(_ message: Message) throws(ONNXProblem) -> [String] {
    for range in try message.ranges(9, "metadata_props") {
      let entry = try Message(message.bytes, range, name: "\(message.name), metadata_props")
      guard try entry.text(1, "its key") == "pkg.torch.onnx.name_scopes" else { continue }
      let list = try entry.text(2, "its value").trimmingPrefix("[").split(separator: ",")
      return list.map { part in
        String(part.filter { !"[]'\" ".contains($0) })
      }
    }
    return []
  }
}
