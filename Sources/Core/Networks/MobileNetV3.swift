import Tensors

/// MobileNetV3-Large or -Small of any width and input size: stem, 15 or 11 inverted residual blocks, last 1x1
/// convolution, and a classifier with a hidden layer.
///
/// Nodes are named as the modules of the PyTorch reference in `training/mobilenetv3.py`, weights as its state
/// dictionary.
public struct MobileNetV3: Sendable, Equatable {
  /// Large or Small.
  public var size: Size
  /// The width multiplier; channels are rounded to multiples of 8.
  public var width: Double
  /// The image's shape.
  public var input: FeatureShape
  /// Classes.
  public var classes: Int
  /// What stands at ``positions``; nil for the network's own ReLU, h-swish and squeeze-and-excitation, of which a
  /// dynamic one leaves out the last.
  public var rectifier: ActivationChoice?
  /// Where the rectifier stands; elsewhere are the network's own activations, and nothing after the projection.
  public var positions: Set<NetworkPosition>

  /// The two networks of the family.
  public enum Size: String, Sendable, CaseIterable {
    /// For more computation.
    case large
    /// For less.
    case small
  }

  /// One row of the family's tables, at width 1.
  private struct Row {
    let kernel: Int
    let wide: Double
    let channels: Double
    let squeezes: Bool
    let usual: ActivationChoice
    let stride: Int

    init(_ kernel: Int, _ wide: Double, _ channels: Double, _ squeezes: Bool, _ usual: ActivationChoice, _ stride: Int)
    {
      self.kernel = kernel
      self.wide = wide
      self.channels = channels
      self.squeezes = squeezes
      self.usual = usual
      self.stride = stride
    }
  }

  private static let large = [
    Row(3, 16, 16, false, .relu, 1),
    Row(3, 64, 24, false, .relu, 2), Row(3, 72, 24, false, .relu, 1),
    Row(5, 72, 40, true, .relu, 2), Row(5, 120, 40, true, .relu, 1), Row(5, 120, 40, true, .relu, 1),
    Row(3, 240, 80, false, .hardSwish, 2), Row(3, 200, 80, false, .hardSwish, 1),
    Row(3, 184, 80, false, .hardSwish, 1), Row(3, 184, 80, false, .hardSwish, 1),
    Row(3, 480, 112, true, .hardSwish, 1), Row(3, 672, 112, true, .hardSwish, 1),
    Row(5, 672, 160, true, .hardSwish, 2), Row(5, 960, 160, true, .hardSwish, 1), Row(5, 960, 160, true, .hardSwish, 1),
  ]

  private static let small = [
    Row(3, 16, 16, true, .relu, 2),
    Row(3, 72, 24, false, .relu, 2), Row(3, 88, 24, false, .relu, 1),
    Row(5, 96, 40, true, .hardSwish, 2), Row(5, 240, 40, true, .hardSwish, 1), Row(5, 240, 40, true, .hardSwish, 1),
    Row(5, 120, 48, true, .hardSwish, 1), Row(5, 144, 48, true, .hardSwish, 1),
    Row(5, 288, 96, true, .hardSwish, 2), Row(5, 576, 96, true, .hardSwish, 1), Row(5, 576, 96, true, .hardSwish, 1),
  ]

  /// Creates options; the ImageNet network with its own activations unless told.
  public init(
    _ size: Size, width: Double = 1, input: FeatureShape = FeatureShape(height: 224, width: 224, channels: 3),
    classes: Int = 1000, rectifier: ActivationChoice? = nil,
    positions: Set<NetworkPosition> = Set(NetworkPosition.allCases)
  ) {
    precondition(width > 0 && width <= 16, "the width multiplier is above 0 and at most 16")
    self.size = size
    self.width = width
    self.input = input
    self.classes = classes
    self.rectifier = rectifier
    self.positions = positions
  }

  /// The network as a graph; `prefix` stands before the name of every weight.
  public func graph(prefix: String = "") -> Graph {
    let placement = ActivationPlacement(choice: rectifier, positions: positions)
    var builder = GraphBuilder(input: input, prefix: prefix, placement: placement)
    appendFeatures(to: &builder)
    builder.append("pool", .globalAveragePool)
    builder.linear("hidden", scaled(size == .large ? 1280 : 1024))
    if let choice = placement.vectorChoice(at: .hidden, usual: .hardSwish) {
      builder.activation("hidden_act", choice, at: .hidden)
    }
    builder.linear("classifier", classes)
    return builder.graph
  }

  /// Adds everything before the classifier: the result has 1/32 of the image's extents. `scope` stands before each
  /// module's name.
  func appendFeatures(to builder: inout GraphBuilder, scope: String = "") {
    builder.epsilon = 1e-3
    builder.unit(
      "\(scope)stem", .init(kernel: 3, stride: 2, outputs: scaled(16)),
      builder.placement.choice(at: .stem, usual: .hardSwish), at: .stem)
    for row in size == .large ? Self.large : Self.small {
      let name = "\(scope)blocks.\(builder.block)"
      let wide = scaled(row.wide)
      builder.block += 1
      InvertedResidual(
        name: name, wide: wide, outputs: scaled(row.channels), kernel: row.kernel, stride: row.stride,
        usual: row.usual, squeeze: row.squeezes ? ChannelCount.divisible(Double(wide) / 4) : nil
      ).append(to: &builder)
    }
    builder.block += 1
    builder.unit(
      "\(scope)head", .init(outputs: 6 * builder.channels),
      builder.placement.choice(at: .last, usual: .hardSwish), at: .last)
  }

  private func scaled(_ channels: Double) -> Int { ChannelCount.divisible(channels * width) }
}
