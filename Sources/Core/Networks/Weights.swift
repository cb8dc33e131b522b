import Tensors

/// A network's weights by name, as 32-bit floats: values in memory, or whatever can give them when they are asked for.
public struct Weights: Sendable {
  private let source: any WeightSource

  /// The weights that `source` gives.
  public init(_ source: some WeightSource) { self.source = source }

  /// Weights that stand in memory already.
  public init(_ tensors: [String: WeightTensor]) { source = WeightsInMemory(tensors: tensors) }

  /// The tensor called `name`, nil when there is none. A file's tensor is widened at each call: ask once and keep the
  /// result.
  ///
  /// The second layer of a hyper function always comes in the row order of equation (2), whatever the file's.
  public subscript(name: String) -> WeightTensor? { source.tensor(name) }

  /// Why there is no tensor called `name`: what follows its name in a message.
  package func absence(of name: String) -> String { source.absence(of: name) }
}

/// Where weights come from: a reader keeps its file behind this.
public protocol WeightSource: Sendable {
  /// The tensor called `name`, its rows in the order that ``Weights`` promises; nil when there is none.
  func tensor(_ name: String) -> WeightTensor?
  /// What follows the name of a tensor that there is not in a message.
  func absence(of name: String) -> String
}

extension WeightSource {
  /// Of most sources there is one reason alone.
  public func absence(of name: String) -> String { "which is not there" }
}

private struct WeightsInMemory: WeightSource {
  let tensors: [String: WeightTensor]

  func tensor(_ name: String) -> WeightTensor? { tensors[name] }
}
