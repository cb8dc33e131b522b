/// MobileNet's block: expansion to `wide` channels (left out where the input has as many), depthwise convolution, for
/// V3 squeeze-and-excitation, projection and, where shapes allow, the residual.
struct InvertedResidual {
  /// The module's name.
  let name: String
  /// Channels of the depthwise convolution.
  let wide: Int
  /// Channels of the result.
  let outputs: Int
  /// Of the depthwise convolution.
  var kernel = 3
  /// Of the depthwise convolution.
  var stride = 1
  /// What usually stands after the expansion and the depthwise convolution.
  var usual = ActivationChoice.relu
  /// Units of the squeeze-and-excitation; nil where the block has none.
  var squeeze: Int?

  /// Adds the block to a graph.
  func append(to builder: inout GraphBuilder) {
    let start = builder.mark
    let placement = builder.placement
    if wide != builder.channels {
      builder.unit(
        "\(name).expand", .init(outputs: wide), placement.choice(at: .expansion, usual: usual), at: .expansion)
    }
    builder.unit(
      "\(name).depthwise", .init(kernel: kernel, stride: stride, groups: wide, outputs: wide),
      placement.choice(at: .depthwise, usual: usual), at: .depthwise)
    if let squeeze, !placement.removesSqueeze {
      builder.squeeze("\(name).squeeze", hidden: squeeze, gate: .hardSigmoid, at: .depthwise)
    }
    builder.unit(
      "\(name).project", .init(outputs: outputs), placement.choice(at: .projection, usual: nil), at: .projection)
    if stride == 1, start.channels == outputs { builder.add("\(name).add", to: start.node) }
  }
}

/// Channel counts of scaled networks.
enum ChannelCount {
  /// The multiple of 8 nearest to `value`, but not below 90 % of it.
  static func divisible(_ value: Double) -> Int {
    let rounded = max(8, Int(value + 4) / 8 * 8)
    return Double(rounded) < 0.9 * value ? rounded + 8 : rounded
  }
}
