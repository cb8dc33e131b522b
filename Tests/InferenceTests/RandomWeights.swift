import Networks
import Tensors

/// A small generator with a fixed sequence for each seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }

  /// `count` values of the given mean, evenly spread with the given deviation.
  mutating func values(_ count: Int, mean: Float = 0, deviation: Float) -> [Float] {
    let reach = deviation * Float(3).squareRoot()
    return (0..<count).map { _ in mean + Float.random(in: -reach...reach, using: &self) }
  }

  /// An image of a shape, with padding lanes.
  mutating func image(_ shape: FeatureShape) -> TensorSlice {
    TensorSlice(values(shape.count, deviation: 1))
  }
}

/// Weights for every tensor of a graph, of a size that keeps maps near 1 and lets slopes vary.
func randomWeights(_ graph: Graph, seed: UInt64) throws -> Weights {
  let shapes = try GraphShapes(graph).shapes
  var generator = SeededGenerator(seed: seed)
  var tensors: [String: WeightTensor] = [:]
  for node in graph.nodes {
    guard let input = node.inputs.first.flatMap({ shapes[$0] }) else { continue }
    for needed in node.operation.weightShapes(input: input) {
      let count = needed.shape.reduce(1, *)
      let values: [Float]
      if needed.name.hasSuffix("variance") || needed.name.hasSuffix("running_var") {
        values = generator.values(count, mean: 1, deviation: 0.2)
      } else if case .batchNormalization(let options) = node.operation, needed.name == options.weight {
        values = generator.values(count, mean: node.name.contains("project") ? 0.4 : 0.8, deviation: 0.1)
      } else if needed.shape.count > 1 {
        let fanIn = count / needed.shape[0]
        values = generator.values(count, deviation: (1.5 / Float(fanIn)).squareRoot())
      } else {
        values = generator.values(count, deviation: 0.2)
      }
      tensors[needed.name] = WeightTensor(shape: needed.shape, values: TensorSlice(values))
    }
  }
  return Weights(tensors)
}
