import Networks
import Tensors

/// A small MobileNetV2 with some weights.
enum TinyNetwork {
  static func variant(_ rectifier: MobileNetV2.Rectifier = .dynamic(DynamicReLU())) throws -> Variant {
    let network = MobileNetV2(
      width: 0.1, input: FeatureShape(height: 12, width: 9, channels: 3), classes: 4, rectifier: rectifier)
    let graph = network.graph()
    let shapes = try GraphShapes(graph).shapes
    var tensors: [String: WeightTensor] = [:]
    for node in graph.nodes {
      guard let input = node.inputs.first.flatMap({ shapes[$0] }) else { continue }
      for needed in node.operation.weightShapes(input: input) {
        let values = (0..<needed.shape.reduce(1, *)).map { 0.25 + Float($0 % 7) / 8 }
        tensors[needed.name] = WeightTensor(shape: needed.shape, values: TensorSlice(values))
      }
    }
    return try Variant(
      name: "tiny", graph: graph, preprocessing: Preprocessing(channels: 3, mean: [0, 0, 0], deviation: [1, 1, 1]),
      weights: Weights(tensors))
  }
}
