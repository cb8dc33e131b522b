import KernelInterface
import Kernels
import Networks
import Tensors

extension Lowering {
  /// An activation's coefficients and attention. With an `origin`, both are computed from that convolution's input.
  mutating func plan(
    _ activation: Activation, site: ActivationSite, _ node: Node, origin: ConvolutionOrigin? = nil
  ) throws(GraphError) -> ActivationPlan {
    var source: ActivationPlan.Source?
    var form = ActivationPlan.Form.lines
    switch activation.coefficients {
    case .constant(let slopes, let intercepts):
      source = .constant(try constant(slopes: slopes, intercepts: intercepts, site, node))
      if slopes == [1, 0] && intercepts == [0, 0] { form = .rectifier }
    case .parametric(let slope):
      let slopes = try weights.vector(slope, count: site.coefficientChannels, node: node.name)
      source = .constant(try parametric(slopes, site, node))
      // Up to 1, the larger of the lines is the right one.
      if !slopes.allSatisfy({ $0 <= 1 }) { form = .parametric }
    case .given: source = .given(value(node.inputs[1]))
    case .curve(let curve): form = .curve(curve)
    case .maximum: preconditionFailure("a Maxout is no function of x alone")
    case .hyper(let hyper): source = .hyper(try layers(hyper, site, node, origin: origin))
    }
    let attention = try activation.attention.map { options throws(GraphError) in
      try self.attention(options, site, node, origin: origin)
    }
    return ActivationPlan(site: site, source: source, form: form, attention: attention)
  }

  private mutating func constant(
    slopes: [Float], intercepts: [Float], _ site: ActivationSite, _ node: Node
  ) throws(GraphError) -> SiteCoefficients {
    try constant(slopes: slopes.map { [$0] }, intercepts: intercepts.map { [$0] }, site, node)
  }

  /// 1 and a PReLU's slopes.
  private mutating func parametric(
    _ slopes: [Float], _ site: ActivationSite, _ node: Node
  ) throws(GraphError) -> SiteCoefficients {
    let zeros = Array(repeating: Float(0), count: slopes.count)
    return try constant(
      slopes: [Array(repeating: 1, count: slopes.count), slopes], intercepts: [zeros, zeros], site, node)
  }

  private mutating func constant(
    slopes: [[Float]], intercepts: [[Float]], _ site: ActivationSite, _ node: Node
  ) throws(GraphError) -> SiteCoefficients {
    try SiteCoefficients(slopes: slopes, intercepts: intercepts, of: site) { floats throws(GraphError) in
      try packing.vector(floats, node)
    }
  }

  /// The attention's 1x1 convolution; multiplied into the 1x1 convolution that computes x if that is its origin.
  private mutating func attention(
    _ options: SpatialAttention, _ site: ActivationSite, _ node: Node, origin: ConvolutionOrigin?
  ) throws(GraphError) -> AttentionLayer {
    let channels = site.shape.channels
    let own = try weights.tensor(options.weight, shape: [1, channels, 1, 1], node: node.name).values.array
    let bias = try weights.vector(options.bias, count: 1, node: node.name)[0]
    let gamma = options.scale * Float(site.shape.positions)
    guard let origin else {
      return AttentionLayer(
        weight: try packing.vector(own, node), bias: bias, temperature: options.temperature, gamma: gamma, input: nil,
        shape: site.shape)
    }
    let inChannels = origin.geometry.inputShape.channels
    var product = [Double](repeating: 0, count: inChannels)
    var constant = Double(bias)
    for channel in 0..<channels {
      constant += Double(own[channel]) * Double(origin.folded.bias[channel])
      for input in 0..<inChannels {
        product[input] += Double(own[channel]) * Double(origin.folded.weights[channel * inChannels + input])
      }
    }
    return AttentionLayer(
      weight: try packing.vector(product.map { Float($0) }, node), bias: Float(constant),
      temperature: options.temperature, gamma: gamma, input: origin.input, shape: origin.geometry.inputShape)
  }
}

extension Lowering {
  private mutating func layers(
    _ hyper: HyperFunction, _ site: ActivationSite, _ node: Node, origin: ConvolutionOrigin?
  ) throws(GraphError) -> HyperLayers {
    let rows = site.activation.sharing == .perChannel ? site.shape.channels : 1
    let stride = site.activation.sharing == .perChannel ? site.shape.channelStride : 1
    let (features, layer) = try firstLayer(hyper, site, node, origin: origin)
    let first = PackedLayer(
      inFeatures: layer.weights.count / hyper.hidden,
      weights: try packing.matrix(layer.weights, columns: layer.weights.count / hyper.hidden, node),
      bias: try packing.vector(layer.bias, node))
    let outFeatures = hyper.outputs(channels: rows)
    let matrix = try weights.tensor(hyper.weight2, shape: [outFeatures, hyper.hidden], node: node.name).values.array
    let bias = try weights.vector(hyper.bias2, count: outFeatures, node: node.name)
    let second = PackedLayer(
      inFeatures: hyper.hidden,
      weights: try packing.matrix(
        Self.spaced(matrix, group: rows * hyper.hidden, stride: stride * hyper.hidden), columns: hyper.hidden, node),
      bias: try packing.vector(Self.spaced(bias, group: rows, stride: stride), node))
    return HyperLayers(
      options: hyper, features: features, first: first, second: second,
      outputs: hyper.outputs(channels: 1) * stride, functionStride: stride)
  }

  /// Groups of `group` values moved to `stride` values apart.
  private static func spaced(_ values: [Float], group: Int, stride: Int) -> [Float] {
    guard stride > group else { return values }
    let gap = Array(repeating: Float(0), count: stride - group)
    return Swift.stride(from: 0, to: values.count, by: group).flatMap { values[$0..<$0 + group] + gap }
  }

  /// What the first layer takes, and the layer as rows of as many weights.
  private func firstLayer(
    _ hyper: HyperFunction, _ site: ActivationSite, _ node: Node, origin: ConvolutionOrigin?
  ) throws(GraphError) -> (HyperFeatures, MergedLayer) {
    let own = MergedLayer(
      weights: try weights.tensor(
        hyper.weight1, shape: [hyper.hidden, site.shape.channels], node: node.name
      ).values.array,
      bias: try weights.vector(hyper.bias1, count: hyper.hidden, node: node.name))
    let share = 1 / Double(site.shape.positions)
    if let origin, let sums = origin.sums {
      let inputShape = origin.geometry.inputShape
      switch origin.form {
      case .depthwise:
        let features = HyperFeatures.depthwise(
          sums, input: origin.input, origin.geometry, weights: origin.weights, bias: origin.bias)
        return (features, own)
      case .pointwise:
        let features = HyperFeatures.totals(
          sums.value, rows: inputShape.height * sums.period, stride: inputShape.channelStride)
        return (features, own.merged(with: origin.folded, columns: inputShape.channels, scale: share))
      case .dense:
        let stride = origin.geometry.inputStride
        let columns = origin.options.kernel.height * origin.options.kernel.width * stride
        let features = HyperFeatures.windows(sums, input: origin.input, origin.geometry)
        let rows = origin.folded.byTap(origin.options, inChannels: inputShape.channels, stride: stride)
        return (features, own.merged(with: rows, columns: columns, scale: share))
      }
    }
    if let sums = keptSums(of: node.inputs[0]) {
      let features = HyperFeatures.totals(
        sums.value, rows: site.shape.height * sums.period, stride: site.shape.channelStride)
      return (features, MergedLayer(weights: own.weights.map { Float(Double($0) * share) }, bias: own.bias))
    }
    return (.means(value(node.inputs[0]), site.shape), own)
  }
}

/// A hyper function's first layer, row-major.
struct MergedLayer {
  var weights: [Float]
  var bias: [Float]

  /// The layer behind a linear map: `W1 (scale · M f + b) + b1`, as weights for f and a bias, multiplied in double
  /// precision.
  func merged(with map: FoldedConvolution, columns: Int, scale: Double) -> MergedLayer {
    let channels = map.bias.count
    var result = MergedLayer(weights: [], bias: bias)
    result.weights.reserveCapacity(bias.count * columns)
    for row in bias.indices {
      var products = [Double](repeating: 0, count: columns)
      var constant = Double(bias[row])
      for channel in 0..<channels {
        let weight = Double(weights[row * channels + channel])
        constant += weight * Double(map.bias[channel])
        let source = map.weights.span.extracting(channel * columns..<(channel + 1) * columns)
        var target = products.mutableSpan
        for column in 0..<columns { target[column] += weight * Double(source[column]) }
      }
      result.weights += products.map { Float(scale * $0) }
      result.bias[row] = Float(constant)
    }
    return result
  }
}

extension FoldedConvolution {
  /// The weights as `[outChannels][kernel rows][kernel columns][stride]`, zeros behind the input channels and between
  /// groups.
  func byTap(_ options: Convolution, inChannels: Int, stride: Int) -> FoldedConvolution {
    let (taps, depth) = (options.kernel.height * options.kernel.width, inChannels / options.groups)
    var result = self
    result.weights = [Float](repeating: 0, count: bias.count * taps * stride)
    for output in bias.indices {
      let first = output / (options.outChannels / options.groups) * depth
      for channel in 0..<depth {
        for tap in 0..<taps {
          result.weights[(output * taps + tap) * stride + first + channel] =
            weights[(output * depth + channel) * taps + tap]
        }
      }
    }
    return result
  }
}
