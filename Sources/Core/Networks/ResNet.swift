import Tensors

/// ResNet-10, -18, -34 or -50 at any input size: stem with max pooling, four stages of residual blocks, classifier.
///
/// Nodes are named as the modules of the PyTorch reference in `training/resnet.py`, weights as its state dictionary.
public struct ResNet: Sendable, Equatable {
  /// How many layers.
  public var depth: Depth
  /// The image's shape.
  public var input: FeatureShape
  /// Classes.
  public var classes: Int
  /// What stands at ``positions``.
  public var rectifier: ActivationChoice
  /// Where the rectifier stands; elsewhere is ReLU. Positions inside blocks are A1 and A2, in ResNet-50 also A3; a
  /// block's last one is after the sum.
  public var positions: Set<NetworkPosition>
  /// Which convolution of a ResNet-50's block has the stride: the 3x3 one, as is usual today, or the first, as in the
  /// first publication, whose MAdds Table 4 has.
  public var strideInFirst: Bool

  /// The networks of the family, by the number of their layers with weights.
  public enum Depth: Int, Sendable, CaseIterable {
    case ten = 10
    case eighteen = 18
    case thirtyFour = 34
    case fifty = 50

    /// Blocks in each of the four stages.
    var stages: [Int] {
      switch self {
      case .ten: [1, 1, 1, 1]
      case .eighteen: [2, 2, 2, 2]
      case .thirtyFour, .fifty: [3, 4, 6, 3]
      }
    }

    /// Whether a block is 1x1, 3x3, 1x1 with four times the channels at its end, not 3x3, 3x3.
    var hasBottlenecks: Bool { self == .fifty }
  }

  /// Creates options; the ImageNet network with ReLU unless told.
  package init(
    _ depth: Depth, input: FeatureShape = FeatureShape(height: 224, width: 224, channels: 3), classes: Int = 1000,
    rectifier: ActivationChoice = .relu, positions: Set<NetworkPosition> = Set(NetworkPosition.allCases),
    strideInFirst: Bool = false
  ) {
    self.depth = depth
    self.input = input
    self.classes = classes
    self.rectifier = rectifier
    self.positions = positions
    self.strideInFirst = strideInFirst
  }

  /// The network as a graph; `prefix` stands before the name of every weight.
  public func graph(prefix: String = "") -> Graph {
    let placement = ActivationPlacement(choice: rectifier, positions: positions)
    var builder = GraphBuilder(input: input, prefix: prefix, placement: placement)
    builder.unit(
      "stem", .init(kernel: 7, stride: 2, outputs: 64), placement.choice(at: .stem, usual: .relu), at: .stem)
    builder.append(
      "max_pool", .pool(Pooling(.maximum, kernel: Extent2D(3), stride: Extent2D(2), padding: Padding(1))))
    for (stage, count) in depth.stages.enumerated() {
      for index in 0..<count {
        append(
          block: "blocks.\(builder.block)", width: 64 << stage, stride: stage > 0 && index == 0 ? 2 : 1, to: &builder)
      }
    }
    builder.append("pool", .globalAveragePool)
    builder.linear("classifier", classes)
    return builder.graph
  }

  /// A block: its convolutions, the shortcut (a 1x1 convolution where shapes differ), the sum, the activation.
  private func append(block name: String, width: Int, stride: Int, to builder: inout GraphBuilder) {
    builder.block += 1
    let start = builder.mark
    let first = builder.placement.choice(at: .first, usual: .relu)
    let second = builder.placement.choice(at: .second, usual: .relu)
    let end: (activation: ActivationChoice?, position: NetworkPosition)
    if depth.hasBottlenecks {
      end = (builder.placement.choice(at: .third, usual: .relu), .third)
      builder.unit("\(name).first", .init(stride: strideInFirst ? stride : 1, outputs: width), first, at: .first)
      builder.unit(
        "\(name).second", .init(kernel: 3, stride: strideInFirst ? 1 : stride, outputs: width), second, at: .second)
      builder.unit("\(name).third", .init(outputs: 4 * width), end.activation?.beforeSum, at: .third)
    } else {
      end = (second, .second)
      builder.unit("\(name).first", .init(kernel: 3, stride: stride, outputs: width), first, at: .first)
      builder.unit("\(name).second", .init(kernel: 3, outputs: width), end.activation?.beforeSum, at: .second)
    }
    var shortcut = start.node
    if stride != 1 || start.channels != builder.channels {
      let result = builder.mark
      builder.resume(at: start)
      builder.unit("\(name).shortcut", .init(stride: stride, outputs: result.channels), nil, at: end.position)
      shortcut = builder.last
      builder.resume(at: result)
    }
    builder.add("\(name).add", to: shortcut)
    if let activation = end.activation?.afterSum { builder.activation("\(name).act", activation, at: end.position) }
  }
}

extension ActivationChoice {
  /// What stands at a block's last convolution, before the sum: Maxout, since max_k(x_k) + s = max_k(x_k + s).
  fileprivate var beforeSum: ActivationChoice? {
    if case .maxout = self { self } else { nil }
  }

  /// What stands after the sum: everything else.
  fileprivate var afterSum: ActivationChoice? { beforeSum == nil ? self : nil }
}
