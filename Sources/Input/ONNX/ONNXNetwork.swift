import Files
import Networks
import PlainText
import Tensors

/// What a user says of an ONNX file that the file does not say itself.
package struct ONNXOptions: Sendable, Equatable {
  /// The images' size, for files that leave it open.
  package var input: Extent2D?
  /// The output that is the result, for files with several.
  package var logits: String?
  /// Where the file has its image's channels; nil where that is to be found out.
  package var layout: ImageLayout?

  package init(input: Extent2D? = nil, logits: String? = nil, layout: ImageLayout? = nil) {
    self.input = input
    self.logits = logits
    self.layout = layout
  }
}

/// A network of an ONNX file, converted whole.
package struct ONNXNetwork {
  /// What it computes.
  package let graph: Graph
  /// Its weights.
  package let weights: Weights
  /// What is odd but can be worked with, a sentence each.
  package let warnings: [String]

  /// Numbers of weights that are NaN or infinite, by the weights' names; those without any are left out.
  package let notFinite: [String: Int]

  /// Reads an open file, which lies at `path`. The file stays open as long as the weights live.
  package init(_ file: consuming RegularFile, path: String, options: ONNXOptions) throws(ONNXProblem) {
    let file = WeightsFile(file)
    let bytes: [UInt8]
    do throws(RegularFile.Failure) { bytes = try file.bytes() } catch { throw ONNXProblem(error.words) }
    try self.init(bytes, files: ExternalFiles(beside: path, model: file), options: options)
  }

  private init(_ bytes: [UInt8], files: ExternalFiles, options: ONNXOptions) throws(ONNXProblem) {
    let model = try ModelMessage(bytes, external: files)
    let converter = Converter(paths: ModulePaths(model.nodes))
    let input = try NetworkInput(model, options: options)
    try input.add(to: converter)
    for (name, tensor) in model.initializers { converter.operands[name] = .constant(Constant(tensor)) }
    let output = try Self.output(of: model, options: options)
    for node in try Self.needed(model, output: output.name) {
      let call = Call(node: node, opset: model.opset, inputs: try Self.inputs(of: node, converter.operands))
      try converter.convert(call)
    }
    try Self.finish(converter, output: output.name)
    graph = try converter.draft.graph()
    converter.draft.removeUnusedWeights()
    weights = Weights(DraftWeights(converter.draft.tensors))
    notFinite = converter.draft.tensors.mapValues(\.notFiniteCount).filter { $0.value > 0 }
    warnings = input.warnings + output.warnings
  }

  private static let maximumNodes = 10_000

  /// The nodes that the output needs, which must follow those whose values they take.
  private static func needed(_ model: ModelMessage, output: String) throws(ONNXProblem) -> [NodeMessage] {
    var makers: [String: Int] = [:]
    let given = Set(model.inputs.map(\.name) + model.initializers.keys)
    for (index, node) in model.nodes.enumerated() {
      for name in node.outputs where !name.isEmpty {
        guard makers.updateValue(index, forKey: name) == nil, !given.contains(name) else {
          throw ONNXProblem("\(node.place): gives \(name.quoted), which something before gives, too")
        }
      }
      for name in node.inputs where !name.isEmpty && !given.contains(name) && makers[name].map({ $0 == index }) ?? true
      {
        throw ONNXProblem(
          "\(node.place): takes \(name.quoted), which no node before it gives: it is missing, or the nodes go in a circle"
        )
      }
    }
    var isNeeded = [Bool](repeating: false, count: model.nodes.count)
    var left = [output]
    while let name = left.popLast() {
      guard let index = makers[name], !isNeeded[index] else { continue }
      isNeeded[index] = true
      left += model.nodes[index].inputs
    }
    guard makers[output] != nil else { throw ONNXProblem("the output \(output.quoted) is computed by no node") }
    let needed = zip(model.nodes, isNeeded).filter(\.1).map(\.0)
    guard needed.count <= maximumNodes else {
      throw ONNXProblem("needs \(needed.count) nodes, but at most \(maximumNodes) are read")
    }
    return needed
  }

  private static func inputs(
    of node: NodeMessage, _ operands: [String: Operand]
  ) throws(ONNXProblem) -> [Operand?] {
    try node.inputs.map { name throws(ONNXProblem) in
      if name.isEmpty { return nil }
      guard let operand = operands[name] else {
        throw ONNXProblem("\(node.place): takes \(name.quoted), which has no value")
      }
      return operand
    }
  }

  /// The output that is the result.
  private static func output(
    of model: ModelMessage, options: ONNXOptions
  ) throws(ONNXProblem) -> (name: String, warnings: [String]) {
    let names = model.outputs.map(\.quoted).joined(separator: ", ")
    if let wanted = options.logits {
      let isThere = model.outputs.contains(wanted) || model.nodes.contains { $0.outputs.contains(wanted) }
      guard isThere, !wanted.isEmpty else {
        throw ONNXProblem("has no output \(wanted.quoted) (--logits); there are \(names)")
      }
      return (wanted, [])
    }
    guard let first = model.outputs.first else { throw ONNXProblem("has no output") }
    var warnings =
      model.outputs.count > 1 ? ["has the outputs \(names); the first is taken (--logits NAME takes another one)"] : []
    // Shares of what goes into a LogSoftmax are the same, and no node gives logarithms.
    guard let last = model.nodes.last(where: { $0.outputs.contains(first) }), last.type == "LogSoftmax",
      let logits = last.inputs.first
    else { return (first, warnings) }
    warnings.append("ends in LogSoftmax; what it takes is the output: the same shares, without their logarithms")
    return (logits, warnings)
  }

  /// Makes one node of what belongs together, and gives activations their places.
  private static func finish(_ converter: Converter, output: String) throws(ONNXProblem) {
    guard case .value(let value)? = converter.operands[output] else {
      throw ONNXProblem("the output \(output.quoted) does not depend on the image")
    }
    let places = value.index.elements
    if value.places != nil || value.extents.positions > 1 && FeatureShape(tensor: value.shape) != value.extents {
      let call = Call(node: .output(output), opset: 0, inputs: [])
      let isFlat = FeatureShape(tensor: value.shape) == nil && places.count == value.extents.count
      converter.draft.output = try isFlat ? value.node : converter.wholeMap(value, call).node
    } else {
      converter.draft.output = value.node
    }
    try Rewriting.rewrite(converter)
  }
}

extension NodeMessage {
  /// Stands for the graph's output in messages.
  fileprivate static func output(_ name: String) -> NodeMessage {
    NodeMessage(
      name: name, type: "output", inputs: [], outputs: [], attributes: [:], scopes: [],
      place: "the output \(name.quoted)")
  }

  private init(
    name: String, type: String, inputs: [String], outputs: [String], attributes: [String: Attribute], scopes: [String],
    place: String
  ) {
    (self.name, self.type, self.inputs, self.outputs) = (name, type, inputs, outputs)
    (self.attributes, self.scopes, self.place) = (attributes, scopes, place)
  }
}
