import Networks
import Tensors

/// The weights of a network that was converted, widened when they are asked for.
struct DraftWeights: WeightSource {
  let tensors: [String: DraftTensor]

  func tensor(_ name: String) -> WeightTensor? {
    guard let tensor = tensors[name] else { return nil }
    switch tensor.values {
    case .stored(let stored): return WeightTensor(shape: tensor.shape, values: stored.floats)
    case .numbers(let numbers): return WeightTensor(shape: tensor.shape, values: TensorSlice(numbers))
    }
  }
}
