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

  /// Equation (1), with the observer told.
  func activation(
    _ site: ActivationSite, _ x: ReferenceMap, image: ImageIdentity, observer: (any ActivationObserver)?
  ) -> ReferenceMap {
    let wanted = observer?.wantedPositions(of: site, image: image) ?? .none
    let coefficients = coefficients(site, x)
    observer?.observe(Self.view(coefficients, of: site), of: site, image: image)
    let attention = site.activation.attention.map { Self.attention($0, z: projection($0, x)) }
    if let attention { observer?.observe(attention: TensorSlice(attention.map { Float($0) }), of: site, image: image) }
    var y = x
    let channels = x.shape.channels
    for index in x.values.indices {
      let channel = site.coefficientChannels == 1 ? 0 : index % channels
      var highest = coefficients.slopes[0][channel] * x.values[index] + coefficients.intercepts[0][channel]
      for k in 1..<coefficients.slopes.count {
        highest = max(highest, coefficients.slopes[k][channel] * x.values[index] + coefficients.intercepts[k][channel])
      }
      let bound = site.activation.upperBound.map(Double.init) ?? .infinity
      y.values[index] = min((attention?[index / channels] ?? 1) * highest, bound)
    }
    if !wanted.isNone, let observer {
      let sample = ActivationSample(
        x: x.slice, y: y.slice, channels: channels, channelStride: x.shape.channelStride,
        positions: 0..<x.shape.positions)
      observer.observe(sample, of: site, image: image)
    }
    return y
  }

  /// Equations (2) and (3), or the constants.
  private func coefficients(_ site: ActivationSite, _ x: ReferenceMap) -> Coefficients {
    let channels = site.coefficientChannels
    func spread(_ values: [Float]) -> [[Double]] {
      values.map { Array(repeating: Double($0), count: channels) }
    }
    switch site.activation.coefficients {
    case .constant(let slopes, let intercepts):
      return Coefficients(slopes: spread(slopes), intercepts: spread(intercepts))
    case .parametric, .given, .curve, .maximum: preconditionFailure("cannot be run")
    case .hyper(let hyper):
      var hidden = linear(weight: hyper.weight1, bias: hyper.bias1, Self.means(x))
      hidden.values = hidden.values.map { max($0, 0) }
      let residuals = linear(weight: hyper.weight2, bias: hyper.bias2, hidden).values.map { 2 / (1 + exp(-$0)) - 1 }
      var coefficients = Coefficients(slopes: spread(hyper.initialSlopes), intercepts: spread(hyper.initialIntercepts))
      for k in 0..<site.activation.functions {
        for channel in 0..<channels {
          coefficients.slopes[k][channel] += Double(hyper.slopeRange) * residuals[k * channels + channel]
          guard hyper.hasIntercepts else { continue }
          let row = (site.activation.functions + k) * channels + channel
          coefficients.intercepts[k][channel] += Double(hyper.interceptRange) * residuals[row]
        }
      }
      return coefficients
    }
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
