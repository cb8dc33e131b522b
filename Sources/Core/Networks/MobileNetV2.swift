import Tensors

/// MobileNetV2 of any width and input size: stem, 17 inverted residual blocks, last 1x1 convolution, classifier.
///
/// Nodes are named as the modules of the PyTorch reference in `training/mobilenetv2.py`, weights as its state
/// dictionary.
public struct MobileNetV2: Sendable, Equatable {
  /// The width multiplier; channels are rounded to multiples of 8.
  public var width: Double
  /// The image's shape.
  public var input: FeatureShape
  /// Classes.
  public var classes: Int
  /// Stride of the first convolution.
  public var stemStride: Int
  /// Stride of each stage's first block, seven in all.
  public var stageStrides: [Int]
  /// What stands at ``positions``.
  public var rectifier: ActivationChoice
  /// Where the rectifier stands; elsewhere is ReLU, or nothing after the projection.
  public var positions: Set<NetworkPosition>

  /// The activations that the network can have.
  public typealias Rectifier = ActivationChoice
  /// Where the network has activations.
  public typealias Position = NetworkPosition

  /// One row of the paper's table: `count` blocks of expansion factor `expansion` with `channels` outputs at width 1.
  private static let stages: [(expansion: Int, channels: Int, count: Int)] = [
    (1, 16, 1), (6, 24, 2), (6, 32, 3), (6, 64, 4), (6, 96, 3), (6, 160, 3), (6, 320, 1),
  ]

  /// Creates options; the ImageNet network with DY-ReLU-B unless told.
  public init(
    width: Double = 1, input: FeatureShape = FeatureShape(height: 224, width: 224, channels: 3), classes: Int = 1000,
    stemStride: Int = 2, stageStrides: [Int] = [1, 2, 2, 2, 1, 2, 1],
    rectifier: ActivationChoice = .dynamic(DynamicReLU()),
    positions: Set<NetworkPosition> = Set(NetworkPosition.allCases)
  ) {
    precondition(stageStrides.count == Self.stages.count, "MobileNetV2 has seven stages")
    precondition(width > 0 && width <= 16, "the width multiplier is above 0 and at most 16")
    self.width = width
    self.input = input
    self.classes = classes
    self.stemStride = stemStride
    self.stageStrides = stageStrides
    self.rectifier = rectifier
    self.positions = positions
  }

  /// The network as a graph; `prefix` stands before the name of every weight (`dyrelu-b/` for
  /// `dyrelu-b/stem.conv.weight`).
  public func graph(prefix: String = "") -> Graph {
    let placement = ActivationPlacement(choice: rectifier, positions: positions)
    var builder = GraphBuilder(input: input, prefix: prefix, placement: placement)
    appendFeatures(to: &builder)
    builder.append("pool", .globalAveragePool)
    builder.linear("classifier", classes)
    return builder.graph
  }

  /// Adds everything before the classifier: the result has 1/32 of the image's extents. `scope` stands before each
  /// module's name.
  func appendFeatures(to builder: inout GraphBuilder, scope: String = "") {
    builder.unit(
      "\(scope)stem", .init(kernel: 3, stride: stemStride, outputs: scaled(32)),
      builder.placement.choice(at: .stem, usual: .relu), at: .stem)
    for (stage, stride) in zip(Self.stages, stageStrides) {
      for index in 0..<stage.count {
        let name = "\(scope)blocks.\(builder.block)"
        builder.block += 1
        InvertedResidual(
          name: name, wide: builder.channels * stage.expansion, outputs: scaled(Double(stage.channels)),
          stride: index == 0 ? stride : 1
        ).append(to: &builder)
      }
    }
    builder.block += 1
    builder.unit(
      "\(scope)head", .init(outputs: ChannelCount.divisible(1280 * max(width, 1))),
      builder.placement.choice(at: .last, usual: .relu), at: .last)
  }

  private func scaled(_ channels: Double) -> Int { ChannelCount.divisible(channels * width) }
}
