import Tensors

/// A network's weights by name, as 32-bit floats.
public struct Weights: Sendable {
  private let tensors: [String: WeightTensor]

  /// Weights that stand in memory already.
  public init(_ tensors: [String: WeightTensor]) { self.tensors = tensors }

  /// The tensor called `name`, nil when there is none. A file's tensor is widened at each call: ask once and keep the result.
  ///
  /// The second layer of a hyper function always comes in the row order of equation (2), whatever the file's.
  public subscript(name: String) -> WeightTensor? { tensors[name] }
}
