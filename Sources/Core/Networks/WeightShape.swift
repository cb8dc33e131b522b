/// A tensor that a node needs: its name, its shape and what it is for.
public struct WeightShape: Sendable, Equatable {
  /// The tensor's name.
  public let name: String
  /// Extents, outermost first.
  public let shape: [Int]
  /// Its role in the node, as the model file's key.
  public let role: String
  /// Whether training fits it; BatchNorm's running statistics are only measured.
  public let isParameter: Bool

  package init(_ name: String, _ shape: [Int], role: String, isParameter: Bool = true) {
    self.name = name
    self.shape = shape
    self.role = role
    self.isParameter = isParameter
  }

  /// Its elements.
  public var count: Int { shape.reduce(1, *) }
}

extension WeightShape {
  /// A layer's weight of `shape` and, where it has one, its bias.
  static func layer(_ weight: String, _ shape: [Int], bias: String?) -> [WeightShape] {
    [WeightShape(weight, shape, role: "weight")]
      + (bias.map { [WeightShape($0, [shape[0]], role: "bias")] } ?? [])
  }
}
