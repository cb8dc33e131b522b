import Tensors

/// A normalisation by what one image's own map holds, unlike ``BatchNormalization``, whose statistics are constants.
///
/// Then a scale and a shift for each channel, where there are any: `y = n weight + bias`.
public struct Normalization: Sendable, Equatable {
  /// What n is.
  public enum Kind: Sendable, Equatable {
    /// LayerNorm over the channels of each position: `n = (x - mean) / sqrt(variance + epsilon)`. Not centred it is
    /// RMSNorm, `n = x / sqrt(mean(x²) + epsilon)`.
    case layer(isCentred: Bool)
    /// GroupNorm: the same over all positions of each of so many equal groups of neighbouring channels. One group is
    /// the whole map, as many as channels InstanceNorm.
    case group(Int)
    /// ConvNeXt V2's global response normalisation: `n = x g / (mean over channels of g + epsilon)` with each channel's
    /// Euclidean norm over the positions, g. Where x is added, `y = x + n weight + bias`.
    case response(addsInput: Bool)
  }

  /// What n is.
  public var kind: Kind
  /// Added to the variance, or to the mean norm.
  public var epsilon: Float
  /// Name of the scale `[channels]`, if there is one.
  public var weight: String?
  /// Name of the shift `[channels]`, if there is one.
  public var bias: String?

  package init(_ kind: Kind, epsilon: Float = 1e-5, weight: String? = nil, bias: String? = nil) {
    self.kind = kind
    self.epsilon = epsilon
    self.weight = weight
    self.bias = bias
  }
}

extension Normalization: Operator {
  package func outputShape(_ inputs: [FeatureShape], node: String) throws(GraphError) -> FeatureShape {
    guard epsilon.isFinite, epsilon >= 0 else {
      throw GraphError(node: node, problem: "epsilon must be finite and not negative")
    }
    if case .group(let groups) = kind {
      guard groups >= 1, inputs[0].channels.isMultiple(of: groups) else {
        throw GraphError(node: node, problem: "\(groups) groups do not divide its \(inputs[0].text) input's channels")
      }
    }
    return inputs[0]
  }

  package func weightShapes(input: FeatureShape) -> [WeightShape] {
    [(weight, "weight"), (bias, "bias")].compactMap { name, role in
      name.map { WeightShape($0, [input.channels], role: role) }
    }
  }

  /// One for each element: unlike a batch normalisation's, the factors are not known before the image.
  package func multiplyAdds(input: FeatureShape, output: FeatureShape) -> Int { output.count }

  package var isInPlace: Bool { true }
}
