import Tensors

/// MobileNetV2 of any width and input size: stem, 17 inverted residual blocks, last 1x1 convolution, classifier.
///
/// Nodes are named as the modules of the PyTorch reference in `training/mobilenetv2.py`, weights as its state dictionary.
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
  /// What stands at ``dynamicPositions``.
  public var rectifier: Rectifier
  /// Where a dynamic rectifier stands; elsewhere is ReLU, or nothing after the projection.
  public var dynamicPositions: Set<Position>

  /// The activation function of a network.
  public enum Rectifier: Sendable, Equatable {
    /// ReLU, and nothing after the projection.
    case relu
    /// ReLU6, and nothing after the projection.
    case relu6
    /// Dynamic ReLU; after the projection with K = 1.
    case dynamic(DynamicReLU)
  }

  /// Where a network has activations; the raw value is the site's name.
  public enum Position: String, Sendable, Hashable, CaseIterable {
    /// After the first convolution.
    case stem
    /// After a block's expansion (A1 of Table 7).
    case expansion = "A1"
    /// After a block's depthwise convolution (A2).
    case depthwise = "A2"
    /// After a block's projection (A3).
    case projection = "A3"
    /// After the last convolution.
    case last
  }

  /// One row of the paper's table: `count` blocks of expansion factor `expansion` with `channels` outputs at width 1.
  private static let stages: [(expansion: Int, channels: Int, count: Int)] = [
    (1, 16, 1), (6, 24, 2), (6, 32, 3), (6, 64, 4), (6, 96, 3), (6, 160, 3), (6, 320, 1),
  ]

  /// Creates options; the ImageNet network with DY-ReLU-B unless told.
  public init(
    width: Double = 1, input: FeatureShape = FeatureShape(height: 224, width: 224, channels: 3), classes: Int = 1000,
    stemStride: Int = 2, stageStrides: [Int] = [1, 2, 2, 2, 1, 2, 1], rectifier: Rectifier = .dynamic(DynamicReLU()),
    dynamicPositions: Set<Position> = Set(Position.allCases)
  ) {
    precondition(stageStrides.count == Self.stages.count, "MobileNetV2 has seven stages")
    precondition(width > 0 && width <= 16, "the width multiplier is above 0 and at most 16")
    self.width = width
    self.input = input
    self.classes = classes
    self.stemStride = stemStride
    self.stageStrides = stageStrides
    self.rectifier = rectifier
    self.dynamicPositions = dynamicPositions
  }

  /// The network as a graph; `prefix` stands before the name of every weight (`dyrelu-b/` for `dyrelu-b/stem.conv.weight`).
  public func graph(prefix: String = "") -> Graph {
    var chain = Chain(network: self, prefix: prefix)
    var channels = scaled(32)
    chain.unit("stem", channels, from: input.channels, kernel: 3, stride: stemStride, at: .stem)
    for (stage, stride) in zip(Self.stages, stageStrides) {
      let outputs = scaled(Double(stage.channels))
      for index in 0..<stage.count {
        chain.block(from: channels, to: outputs, expansion: stage.expansion, stride: index == 0 ? stride : 1)
        channels = outputs
      }
    }
    chain.blocks += 1
    let last = Self.divisible(1280 * max(width, 1))
    chain.unit("head", last, from: channels, kernel: 1, at: .last)
    chain.append("pool", .globalAveragePool)
    chain.append(
      "classifier",
      .linear(
        Linear(
          outFeatures: classes, weight: prefix + "classifier.weight", bias: prefix + "classifier.bias")))
    return Graph(nodes: chain.nodes, output: chain.last)
  }

  private func scaled(_ channels: Double) -> Int { Self.divisible(channels * width) }

  /// The multiple of 8 nearest to `value`, but not below 90 % of it.
  static func divisible(_ value: Double) -> Int {
    let rounded = max(8, Int(value + 4) / 8 * 8)
    return Double(rounded) < 0.9 * value ? rounded + 8 : rounded
  }

  /// The activation at a position, nil for none.
  private func activation(_ position: Position, channels: Int, block: Int, module: String) -> Activation? {
    let place = SitePlace(block: block, site: position.rawValue)
    if case .dynamic(let options) = rectifier, dynamicPositions.contains(position) {
      let options = position == .projection ? options.affine : options
      return options.activation(channels: channels, at: place, module: module)
    }
    if position == .projection { return nil }
    return .relu(upperBound: rectifier == .relu6 ? 6 : nil, at: place)
  }

  /// The nodes so far; each new one takes the last one's value.
  private struct Chain {
    let network: MobileNetV2
    let prefix: String
    var nodes: [Node]
    var last = "input"
    /// Blocks so far.
    var blocks = 0

    init(network: MobileNetV2, prefix: String) {
      self.network = network
      self.prefix = prefix
      nodes = [Node(name: "input", operation: .input(network.input), inputs: [])]
    }

    mutating func append(_ name: String, _ operation: Operation, and other: String? = nil) {
      nodes.append(Node(name: name, operation: operation, inputs: (other.map { [$0] } ?? []) + [last]))
      last = name
    }

    /// Expansion (unless its factor is 1), depthwise convolution, projection and, where shapes allow, the residual.
    mutating func block(from inputs: Int, to outputs: Int, expansion: Int, stride: Int) {
      let name = "blocks.\(blocks)"
      let start = last
      let wide = inputs * expansion
      blocks += 1
      if expansion != 1 { unit("\(name).expand", wide, from: inputs, kernel: 1, at: .expansion) }
      unit("\(name).depthwise", wide, from: wide, kernel: 3, stride: stride, groups: wide, at: .depthwise)
      unit("\(name).project", outputs, from: wide, kernel: 1, at: .projection)
      if stride == 1, inputs == outputs { append("\(name).add", .add, and: start) }
    }

    /// Convolution, batch normalisation and, where there is one, the activation.
    mutating func unit(
      _ name: String, _ outputs: Int, from inputs: Int, kernel: Int, stride: Int = 1, groups: Int = 1,
      at position: Position
    ) {
      append(
        "\(name).conv",
        .convolution(
          Convolution(
            outChannels: outputs, kernel: Extent2D(kernel), stride: Extent2D(stride), padding: Padding(kernel / 2),
            groups: groups, weight: "\(prefix)\(name).conv.weight")))
      let norm = "\(prefix)\(name).norm"
      append(
        "\(name).norm",
        .batchNormalization(
          BatchNormalization(
            weight: "\(norm).weight", bias: "\(norm).bias", mean: "\(norm).running_mean",
            variance: "\(norm).running_var")))
      let module = "\(prefix)\(name).act"
      if let activation = network.activation(position, channels: outputs, block: blocks, module: module) {
        append("\(name).act", .activation(activation))
      }
    }
  }
}
