import Networks
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension ReferenceExecutor {
  /// Slopes and intercepts, `[K][channels]`, one channel where they are shared.
  private struct Coefficients {
    var slopes: [[Double]]
    var intercepts: [[Double]]
  }

  /// Equation (1), a curve or a Maxout, with the observer told.
  func activation(
    _ site: ActivationSite, _ inputs: [ReferenceMap], image: ImageIdentity, observer: (any ActivationObserver)?
  ) -> ReferenceMap {
    let wanted = observer?.wantedPositions(of: site, image: image) ?? .none
    let x = inputs[0]
    var y = x
    switch site.activation.coefficients {
    case .curve(let curve):
      let scales = site.activation.scales ?? .plain
      y.values = x.values.map { scales.value(of: curve, at: $0) }
    case .maximum:
      for input in inputs.dropFirst() {
        for index in y.values.indices { y.values[index] = max(y.values[index], input.values[index]) }
      }
    case .constant, .parametric, .hyper, .given:
      y = piecewise(site, inputs, image: image, observer: observer)
    }
    if !wanted.isNone, let observer {
      let sample = ActivationSample(
        x: x.slice, y: y.slice, channels: x.shape.channels, channelStride: x.shape.channelStride,
        positions: 0..<x.shape.positions)
      observer.observe(sample, of: site, image: image)
    }
    return y
  }

  /// Equation (1), then the attention and the bound.
  private func piecewise(
    _ site: ActivationSite, _ inputs: [ReferenceMap], image: ImageIdentity, observer: (any ActivationObserver)?
  ) -> ReferenceMap {
    let (x, channels) = (inputs[0], inputs[0].shape.channels)
    let coefficients = changed(coefficients(site, inputs), of: site)
    observer?.observe(Self.view(coefficients, of: site), of: site, image: image)
    let isUniform = changes[site.id] == .uniformAttention
    let attention = site.activation.attention.map {
      Self.attention($0, z: isUniform ? Array(repeating: 0, count: x.shape.positions) : projection($0, x))
    }
    if let attention { observer?.observe(attention: TensorSlice(attention.map { Float($0) }), of: site, image: image) }
    let isParametric = site.activation.isParametric && !isWithLines(site)
    let bound = site.activation.upperBound.map(Double.init) ?? .infinity
    var y = x
    for index in x.values.indices {
      let channel = site.coefficientChannels == 1 ? 0 : index % channels
      let lines = coefficients.slopes.indices.map { k in
        coefficients.slopes[k][channel] * x.values[index] + coefficients.intercepts[k][channel]
      }
      // A PReLU whose slope is above 1 is the smaller of its lines.
      let value = isParametric ? (x.values[index] > 0 ? lines[0] : lines[1]) : lines.dropFirst().reduce(lines[0], max)
      y.values[index] = min((attention?[index / channels] ?? 1) * value, bound)
    }
    return y
  }

  /// Whether a change makes a PReLU equation (1): one that takes its second line or gives it others.
  private func isWithLines(_ site: ActivationSite) -> Bool {
    switch changes[site.id] {
    case .constant, .firstFunction: true
    case .noIntercepts, .uniformAttention, nil: false
    }
  }

  private func changed(_ coefficients: Coefficients, of site: ActivationSite) -> Coefficients {
    var changed = coefficients
    switch changes[site.id] {
    case .noIntercepts:
      changed.intercepts = coefficients.intercepts.map { $0.map { _ in 0 } }
    case .firstFunction:
      changed.slopes = coefficients.slopes.map { _ in coefficients.slopes[0] }
      changed.intercepts = coefficients.intercepts.map { _ in coefficients.intercepts[0] }
    case .constant, .uniformAttention, nil: break
    }
    return changed
  }

  /// Equations (2) and (3), or what stands in their place.
  private func coefficients(_ site: ActivationSite, _ inputs: [ReferenceMap]) -> Coefficients {
    let (functions, channels) = (site.activation.functions, site.coefficientChannels)
    func spread(_ values: [Float]) -> [[Double]] {
      values.map { Array(repeating: Double($0), count: channels) }
    }
    if case .constant(let constants) = changes[site.id] {
      func rows(_ rows: [[Float]]) -> [[Double]] {
        rows.map { row in (0..<channels).map { Double(row.count == 1 ? row[0] : row[$0]) } }
      }
      return Coefficients(slopes: rows(constants.slopes), intercepts: rows(constants.intercepts))
    }
    switch site.activation.coefficients {
    case .constant(let slopes, let intercepts):
      return Coefficients(slopes: spread(slopes), intercepts: spread(intercepts))
    case .parametric(let slope):
      return Coefficients(slopes: spread([1]) + [weights[slope]], intercepts: spread([0, 0]))
    case .given:
      let rows = (0..<2 * functions).map { Array(inputs[1].values[$0 * channels..<($0 + 1) * channels]) }
      return Coefficients(slopes: Array(rows[..<functions]), intercepts: Array(rows[functions...]))
    case .hyper(let hyper):
      let residuals = residuals(hyper, inputs[0])
      var coefficients = Coefficients(slopes: spread(hyper.initialSlopes), intercepts: spread(hyper.initialIntercepts))
      for k in 0..<hyper.dynamicFunctions {
        for channel in 0..<channels {
          coefficients.slopes[k][channel] += Double(hyper.slopeRange) * residuals[k * channels + channel]
          guard hyper.hasIntercepts else { continue }
          let row = (hyper.dynamicFunctions + k) * channels + channel
          coefficients.intercepts[k][channel] += Double(hyper.interceptRange) * residuals[row]
        }
      }
      return coefficients
    case .curve, .maximum: preconditionFailure("has no coefficients")
    }
  }

  /// The hyper function's Δ, in the order of equation (2).
  private func residuals(_ hyper: HyperFunction, _ x: ReferenceMap) -> [Double] {
    var hidden = linear(weight: hyper.weight1, bias: hyper.bias1, Self.means(x))
    hidden.values = hidden.values.map { hyper.innerCurve?.value($0) ?? max($0, 0) }
    return linear(weight: hyper.weight2, bias: hyper.bias2, hidden).values.map(hyper.gate.value)
  }

  /// Equation (4) for z, the attention's convolution.
  private static func attention(_ options: SpatialAttention, z: [Double]) -> [Double] {
    let highest = z.dropFirst().reduce(z[0], max)
    let powers = z.map { exp(($0 - highest) / Double(options.temperature)) }
    let sum = powers.reduce(0, +)
    let gamma = Double(options.scale) * Double(z.count)
    return powers.map { min(gamma * $0 / sum, 1) }
  }

  private static func view(_ coefficients: Coefficients, of site: ActivationSite) -> ActivationCoefficients {
    let channels = site.coefficientChannels
    return ActivationCoefficients(
      functions: site.activation.functions, channels: channels, stride: channels,
      slopes: TensorSlice(coefficients.slopes.flatMap { $0.map { Float($0) } }),
      intercepts: TensorSlice(coefficients.intercepts.flatMap { $0.map { Float($0) } }))
  }
}
