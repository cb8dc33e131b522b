import Networks
import Tensors

/// Finds the spatial attention of variant C, equation (4): min(scale · H · W · softmax(z / temperature), 1) for a 1x1
/// convolution z of x, in whatever code computes it.
struct AttentionFinder {
  let draft: GraphDraft

  /// The attention that a map of one channel is; nil for another map.
  func find(_ name: String, of x: String) -> SpatialAttention? {
    let (outer, bounded) = scale(name)
    guard let bound = draft[bounded].operation.activation, let limit = bound.upperBound,
      case .constant(let slopes, let intercepts) = bound.coefficients, slopes == [1] || slopes == [1, 0],
      intercepts.allSatisfy({ $0 == 0 })
    else { return nil }
    let (inner, softmax) = scale(draft[bounded].inputs[0])
    guard case .graph(.softmax(.positions)) = draft[softmax].operation, inner > 0, outer > 0,
      abs(outer * Double(limit) - 1) < 1e-6,
      var found = scores(draft[softmax].inputs[0], of: x)
    else { return nil }
    found.scale = HyperFinder.plain(outer * inner / Double(draft[softmax].shape.positions))
    return found
  }

  /// A map of one channel as a number times another map.
  private func scale(_ name: String) -> (factor: Double, below: String) {
    var (factor, name) = (1.0, name)
    while case .graph(.batchNormalization(let norm)) = draft[name].operation {
      let (scale, shift) = draft.scaleAndShift(norm)
      guard scale.count == 1, shift == [0] else { break }
      factor *= scale[0]
      name = draft[name].inputs[0]
    }
    return (factor, name)
  }

  /// Weight, bias and temperature of z / temperature, a BatchNorm folded into the convolution.
  private func scores(_ name: String, of x: String) -> SpatialAttention? {
    var (factor, below) = scale(name)
    if factor <= 0 { (factor, below) = (1, name) }
    var (scale, shift) = (1.0, 0.0)
    while case .graph(.batchNormalization(let norm)) = draft[below].operation {
      let own = draft.scaleAndShift(norm)
      guard own.scale.count == 1 else { return nil }
      (scale, shift) = (scale * own.scale[0], scale * own.shift[0] + shift)
      below = draft[below].inputs[0]
    }
    guard draft[below].inputs == [x], case .graph(.convolution(let options)) = draft[below].operation,
      options.kernel == Extent2D(1), options.stride == Extent2D(1), options.padding == Padding(0), options.groups == 1,
      let weight = draft.tensors[options.weight]
    else { return nil }
    var attention = SpatialAttention(
      weight: options.weight, bias: options.bias, temperature: HyperFinder.plain(1 / factor))
    if scale != 1 || shift != 0 {
      let bias = (options.bias.flatMap { draft.tensors[$0]?.doubles.first } ?? 0) * scale + shift
      attention.weight = draft.store(
        DraftTensor(shape: weight.shape, values: .numbers(weight.doubles.map { Float($0 * scale) })), options.weight)
      attention.bias = draft.store(
        DraftTensor(shape: [1], values: .numbers([Float(bias)])), "\(draft[below].origin.label).bias")
    }
    return attention
  }
}
