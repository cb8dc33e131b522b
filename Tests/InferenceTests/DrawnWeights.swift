import Networks
import Tensors

/// Weights that follow from their names, as `training/drawn_weights.py` draws them: SplitMix64 started at the name's
/// hash.
enum DrawnWeights {
  /// Every tensor that `graph` needs; `gain` scales convolutions and classifiers.
  static func weights(of graph: Graph, gain: Double) throws -> Weights {
    let shapes = try GraphShapes(graph).shapes
    var tensors: [String: WeightTensor] = [:]
    for node in graph.nodes {
      guard let input = node.inputs.first.flatMap({ shapes[$0] }) else { continue }
      for needed in node.operation.weightShapes(input: input) {
        let (middle, reach) = spread(needed.name, needed.shape, gain: gain)
        let values = uniform(needed.name, needed.count).map { Float(middle + reach * $0) }
        tensors[needed.name] = WeightTensor(shape: needed.shape, values: TensorSlice(values))
      }
    }
    return Weights(tensors)
  }

  /// An image with padding lanes, drawn in the order of [height, width, channels].
  static func image(_ shape: FeatureShape) -> TensorSlice {
    let reach = 3.0.squareRoot()
    let drawn = uniform("input", shape.count).map { Float(reach * $0) }
    return TensorSlice(drawn)
  }

  /// `count` numbers of -1 to below 1, multiples of 2^-23.
  static func uniform(_ name: String, _ count: Int) -> [Double] {
    let hash = name.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    return (1...count).map { index in
      var bits = hash &+ UInt64(index) &* 0x9E37_79B9_7F4A_7C15
      bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
      bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
      bits ^= bits >> 31
      return Double(bits >> 40) / Double(1 << 23) - 1
    }
  }

  private static func spread(_ name: String, _ shape: [Int], gain: Double) -> (middle: Double, reach: Double) {
    if name.hasSuffix("running_var") { return (1, 0.5) }
    if name.hasSuffix("running_mean") { return (0, 0.25) }
    if shape.count == 1 {
      if name.hasSuffix("act.weight") { return (0.25, 0.25) }
      return name.hasSuffix("weight") ? (0.75, 0.25) : (0, 0.25)
    }
    let fanIn = Double(shape.dropFirst().reduce(1, *))
    if name.contains("attention") { return (0, (48 / fanIn).squareRoot()) }
    if name.contains(".fc") { return (0, (3 / fanIn).squareRoot()) }
    return (0, gain * (6 / fanIn).squareRoot())
  }
}
