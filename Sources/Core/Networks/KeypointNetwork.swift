import Tensors

/// The keypoint network of section 5.4: a MobileNet without its classifier, then upsampling and four inverted residual
/// blocks, and a heat map for each of COCO's 17 keypoints at a quarter of the image's extents.
///
/// The head is that of Dynamic Convolution (reference [3] of the paper): at twice the backbone's resolution two blocks
/// with 256 channels, at four times one with 128, at eight times one with 128; their depthwise convolutions have 768,
/// 768, 768 and 384 channels, but the first one's as many as the backbone gives: that block has no expansion, which the
/// MAdds of Table 10 ask for.
///
/// Nodes are named as the modules of the PyTorch reference in `training/keypoints.py`, weights as its state dictionary.
public struct KeypointNetwork: Sendable, Equatable {
  /// The network in front.
  public var backbone: Backbone
  /// The image's shape.
  public var input: FeatureShape
  /// Heat maps.
  public var keypoints: Int
  /// What stands at ``positions`` of the backbone; nil for the backbone's own.
  public var backboneRectifier: ActivationChoice?
  /// What stands at ``positions`` of the head (Table 3 varies the two apart); nil for ReLU.
  public var headRectifier: ActivationChoice?
  /// Where the rectifiers stand.
  public var positions: Set<NetworkPosition>

  /// Which network is in front.
  public enum Backbone: Sendable, Equatable {
    case mobileNetV2(width: Double)
    case mobileNetV3(MobileNetV3.Size, width: Double = 1)
  }

  /// The head's blocks: whether the map is upsampled before, channels of the depthwise convolution (nil for the
  /// input's), channels of the result.
  private static let blocks: [(upsamples: Bool, wide: Int?, channels: Int)] = [
    (true, nil, 256), (false, 768, 256), (true, 768, 128), (true, 384, 128),
  ]

  /// Creates options; one rectifier for both parts unless told.
  package init(
    _ backbone: Backbone, input: FeatureShape = FeatureShape(height: 256, width: 192, channels: 3), keypoints: Int = 17,
    backboneRectifier: ActivationChoice? = nil, headRectifier: ActivationChoice? = nil,
    positions: Set<NetworkPosition> = Set(NetworkPosition.allCases)
  ) {
    self.backbone = backbone
    self.input = input
    self.keypoints = keypoints
    self.backboneRectifier = backboneRectifier
    self.headRectifier = headRectifier
    self.positions = positions
  }

  /// The network as a graph; `prefix` stands before the name of every weight. The result has a channel for each
  /// keypoint.
  public func graph(prefix: String = "") -> Graph {
    let placement = ActivationPlacement(choice: backboneRectifier, positions: positions)
    var builder = GraphBuilder(input: input, prefix: prefix, placement: placement)
    switch backbone {
    case .mobileNetV2(let width): MobileNetV2(width: width).appendFeatures(to: &builder, scope: "backbone.")
    case .mobileNetV3(let size, let width):
      MobileNetV3(size, width: width).appendFeatures(to: &builder, scope: "backbone.")
    }
    builder.placement = ActivationPlacement(choice: headRectifier, positions: positions)
    builder.epsilon = 1e-5
    for (index, block) in Self.blocks.enumerated() {
      let name = "head.blocks.\(index)"
      builder.block += 1
      builder.blockName = name
      if block.upsamples {
        let upsampling = Upsampling(factor: Extent2D(2), interpolation: .bilinear(alignsCorners: false))
        builder.append("\(name).upsample", .upsample(upsampling))
      }
      InvertedResidual(name: "\(name).block", wide: block.wide ?? builder.channels, outputs: block.channels)
        .append(to: &builder)
    }
    builder.append(
      "head.heat_maps",
      .convolution(
        Convolution(
          outChannels: keypoints, kernel: Extent2D(1), weight: "\(prefix)head.heat_maps.weight",
          bias: "\(prefix)head.heat_maps.bias")))
    return builder.graph
  }
}
