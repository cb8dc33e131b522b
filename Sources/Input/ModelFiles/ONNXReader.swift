import Files
import Networks
import ONNX
import PlainText
import Tensors

/// Reads a network of an ONNX file.
package enum ONNXReader: ModelReader {
  package static let format = "an ONNX file"

  /// A protobuf message begins with a field: ONNX files with their IR version, field 1, or another field of the model.
  package static func mismatch(start: [UInt8]) -> String? {
    // Fields that exporters write first: ir_version, opset_import, producer_name, the graph.
    guard let first = start.first, [0x08, 0x12, 0x3A, 0x42].contains(first), start.count > 8 else {
      return "it does not begin with a field of an ONNX model"
    }
    return nil
  }

  package static func read(
    _ file: borrowing RegularFile, path: String, options: ReadingOptions
  ) throws(Problem) -> ModelFile {
    // The network keeps a file of its own open, from which its weights are read when they are asked for.
    let own = try RegularFile.model(at: path)
    let network: ONNXNetwork
    do throws(ONNXProblem) {
      let said = ONNXOptions(input: options.input, logits: options.logits, layout: options.layout)
      network = try ONNXNetwork(own, path: path, options: said)
    } catch { throw Problem(error.text) }
    let shapes: GraphShapes
    do throws(GraphError) { shapes = try GraphShapes(network.graph) } catch { throw Problem(error.description) }
    var warnings = network.warnings
    let preprocessing: Preprocessing
    var graph = network.graph
    if let chosen = try options.preprocessing.preprocessing(shapes.input) {
      preprocessing = chosen.preprocessing
      if chosen.isReversed { graph = graph.withReversedChannels }
      try PreprocessingDecoder.check(preprocessing, input: shapes.input, problem: Problem.init)
    } else {
      guard !options.needsPreprocessing else { throw Problem(PreprocessingChoice.advice) }
      warnings.append(PreprocessingChoice.advice)
      let channels = shapes.input.channels
      preprocessing = Preprocessing(
        channels: channels, mean: [Float](repeating: 0, count: channels),
        deviation: [Float](repeating: 1, count: channels))
    }
    let output = shapes.output
    guard options.labels.isEmpty || options.labels.count == output.channels && output.positions == 1 else {
      throw Problem("has the output \(output.text), but --labels gives \(options.labels.count) names")
    }
    let variant: Variant
    do throws(GraphError) {
      variant = try Variant(
        name: name(of: path), graph: graph, preprocessing: preprocessing, labels: options.labels,
        weights: network.weights)
    } catch { throw Problem(error.description) }
    return ModelFile(
      variants: [variant],
      warnings: (warnings + notFinite(variant, network.notFinite)).map { "\(path.printable): \($0)" },
      takesOptions: true)
  }

  /// The file's name without its ending, as a variant's name may be.
  private static func name(of path: String) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? "network"
    let bare = file.hasSuffix(".onnx") ? String(file.dropLast(5)) : file
    let plain = String(bare.printable.drop { $0 == "." }.prefix(64))
    return plain.isEmpty || plain.utf8.count > 128 ? "network" : plain
  }

  /// Weights in use that can only give nonsense, a sentence for each tensor.
  private static func notFinite(_ variant: Variant, _ counts: [String: Int]) -> [String] {
    variant.uniqueTensorNeeds.compactMap { need in
      counts[need.name].map { "tensor \(need.name.quoted): \($0) of \(need.count) values are NaN or infinite" }
    }
  }
}

extension Graph {
  /// The same network for images whose channels come in the opposite order.
  fileprivate var withReversedChannels: Graph {
    var graph = self
    guard let input = nodes.firstIndex(where: { if case .input = $0.operation { true } else { false } }),
      case .input(let shape) = nodes[input].operation
    else { return self }
    let name = nodes[input].name
    var reversed = "\(name).bgr"
    while nodes.contains(where: { $0.name == reversed }) { reversed += "_" }
    for index in graph.nodes.indices {
      graph.nodes[index].inputs = graph.nodes[index].inputs.map { $0 == name ? reversed : $0 }
    }
    let channels = Array((0..<shape.channels).reversed())
    graph.nodes.insert(Node(name: reversed, operation: .selectChannels(channels), inputs: [name]), at: input + 1)
    return graph
  }
}
