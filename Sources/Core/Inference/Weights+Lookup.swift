import Networks
import Tensors

extension Weights {
  /// The tensor called `name`, which `node` needs with exactly `shape`.
  func tensor(_ name: String, shape: [Int], node: String) throws(GraphError) -> WeightTensor {
    guard let tensor = self[name] else {
      throw GraphError(node: node, problem: "needs the tensor \(name), \(absence(of: name))")
    }
    guard tensor.shape == shape else {
      throw GraphError(node: node, problem: "needs \(name) with shape \(shape), but it has shape \(tensor.shape)")
    }
    return tensor
  }

  /// A tensor with one extent, or zeros where `name` is nil.
  func vector(_ name: String?, count: Int, node: String) throws(GraphError) -> [Float] {
    guard let name else { return Array(repeating: 0, count: count) }
    return try tensor(name, shape: [count], node: node).values.array
  }
}
