/// An activation by its name in the paper's tables, before it meets a feature map: what all of the paper's networks
/// take as an option.
public enum ActivationChoice: Sendable, Equatable {
  /// max(x, 0).
  case relu
  /// ReLU, at most 6.
  case relu6
  /// `x relu6(x + 3) / 6`, of MobileNetV3.
  case hardSwish
  /// x above 0, `slope` times x below.
  case leakyReLU(slope: Float)
  /// LeakyReLU with a trained slope for each channel.
  case parametricReLU
  /// Squeeze-and-excitation of the convolution's output, then ReLU; the hidden layer has C / `reduction` units.
  case squeezeReLU(reduction: Int)
  /// The largest of K = `functions` convolutions, each with its own normalisation.
  case maxout(functions: Int)
  /// Dynamic ReLU. Where a network usually has no activation (after MobileNet's projection) it has K = 1, as section
  /// 5.1 says.
  case dynamic(DynamicReLU)

  /// RReLU in inference: the slope below 0 is the mean of those drawn in training, from 1/8 to 1/3.
  public static let randomizedReLU = leakyReLU(slope: 11.0 / 48.0)

  /// Whether coefficients are computed from the input.
  public var isDynamic: Bool {
    switch self {
    case .dynamic, .squeezeReLU: true
    case .relu, .relu6, .hardSwish, .leakyReLU, .parametricReLU, .maxout: false
    }
  }
}

/// Where a network has activations; the raw value is the site's name.
public enum NetworkPosition: String, Sendable, Hashable, CaseIterable {
  /// After the first convolution.
  case stem
  /// After a block's first convolution, MobileNet's expansion: A1 of Table 7.
  case first = "A1"
  /// After a block's second convolution, MobileNet's depthwise one: A2. In a ResNet's block of two it stands after the
  /// sum.
  case second = "A2"
  /// After a block's third convolution, MobileNet's projection: A3. In ResNet-50 it stands after the sum.
  case third = "A3"
  /// After the last convolution.
  case last
  /// After the hidden layer of MobileNetV3's classifier.
  case hidden

  /// A1 of an inverted residual block.
  public static let expansion = first
  /// A2 of an inverted residual block.
  public static let depthwise = second
  /// A3 of an inverted residual block.
  public static let projection = third
  /// The positions inside blocks.
  public static let blocks: Set<NetworkPosition> = [.first, .second, .third]
}

/// Which activation stands at which positions of a network.
struct ActivationPlacement {
  /// The activation asked for; nil leaves the network as it usually is.
  let choice: ActivationChoice?
  /// Where it stands; elsewhere is what usually does.
  let positions: Set<NetworkPosition>

  /// The activation at a position where the network usually has `usual`, nil for none. After MobileNet's projection,
  /// where there usually is none, only those stand that have a meaning there: Dynamic ReLU with K = 1, and Maxout.
  func choice(at position: NetworkPosition, usual: ActivationChoice?) -> ActivationChoice? {
    guard let choice, positions.contains(position) else { return usual }
    if usual != nil { return choice }
    switch choice {
    case .dynamic(let options): return .dynamic(options.affine)
    case .maxout: return choice
    case .relu, .relu6, .hardSwish, .leakyReLU, .parametricReLU, .squeezeReLU: return nil
    }
  }

  /// The activation of a vector behind a fully connected layer, where Maxout, which takes convolutions, leaves the
  /// usual one.
  func vectorChoice(at position: NetworkPosition, usual: ActivationChoice) -> ActivationChoice? {
    if case .maxout = choice { return usual }
    return choice(at: position, usual: usual)
  }

  /// Whether squeeze-and-excitation of the network's own is left out, as the paper does when it uses Dynamic ReLU
  /// (section 5.1).
  var removesSqueeze: Bool { choice?.isDynamic == true }
}
