import KernelInterface
import Networks
import Tensors

extension Executor {
  /// An activation: coefficients and attention from the whole map, then the pass over it.
  func activate(_ step: ActivationStep, image: ImageIdentity, observer: (any ActivationObserver)?) {
    let x = map(step.input)
    let wanted = observer?.wantedPositions(of: step.site, image: image) ?? .none
    let coefficients = coefficients(step, x: x)
    observer?.observe(coefficients.observed, of: step.site, image: image)
    let attention = attention(step, x: x)
    if let attention { observer?.observe(attention: attention, of: step.site, image: image) }
    let pass = Pass(step: step, coefficients: coefficients, attention: attention)
    if !wanted.isNone, let observer {
      watch(pass, image: image, observer: observer)
    } else {
      run(pass, positions: 0..<step.site.shape.positions, x: x, y: map(step.output))
    }
  }

  /// The seam between the hyper function and its use: the coefficients of one site for one image.
  func coefficients(_ step: ActivationStep, x: TensorSlice) -> SiteCoefficients {
    switch step.source {
    case .constant(let coefficients): coefficients
    case .hyper(let layers): coefficients(layers, of: step.site, x: x)
    }
  }

  /// Equations (2) and (3).
  private func coefficients(_ layers: HyperLayers, of site: ActivationSite, x: TensorSlice) -> SiteCoefficients {
    let (functions, channels) = (site.activation.functions, site.coefficientChannels)
    let residuals = residuals(layers, of: site, x: x)
    let shared = site.activation.sharing == .allChannels
    let slopes = scratch(shared ? plan.scratch.sharedSlopes : plan.scratch.slopes)
    let intercepts = scratch(shared ? plan.scratch.sharedIntercepts : plan.scratch.intercepts)
    let (options, stride) = (layers.options, layers.functionStride)
    for k in 0..<functions {
      let lanes = k * stride..<k * stride + channels
      plan.kernels.gate(residuals[lanes], options.initialSlopes[k], options.slopeRange, slopes[lanes])
      if options.hasIntercepts {
        let rows = lanes.lowerBound + functions * stride..<lanes.upperBound + functions * stride
        plan.kernels.gate(residuals[rows], options.initialIntercepts[k], options.interceptRange, intercepts[lanes])
      } else {
        intercepts[lanes].fill(options.initialIntercepts[k])
      }
      let padding = lanes.upperBound..<(k + 1) * stride
      slopes[padding].fill(0)
      intercepts[padding].fill(0)
    }
    let observed = ActivationCoefficients(
      functions: functions, channels: channels, stride: stride, slopes: slopes, intercepts: intercepts)
    guard shared else { return SiteCoefficients(slopes: slopes, intercepts: intercepts, observed: observed) }
    return SiteCoefficients(
      slopes: spread(slopes, to: plan.scratch.slopes, of: site),
      intercepts: spread(intercepts, to: plan.scratch.intercepts, of: site), observed: observed)
  }

  /// Global average pool and the two fully connected layers, before the gate.
  private func residuals(_ layers: HyperLayers, of site: ActivationSite, x: TensorSlice) -> TensorSlice {
    let (means, hidden) = (scratch(plan.scratch.means), scratch(plan.scratch.hidden))
    let residuals = scratch(plan.scratch.residuals)
    plan.kernels.channelMeans(x, site.shape, means)
    plan.kernels.linear(
      LinearCall(
        input: means, output: hidden, inFeatures: site.shape.channels, outFeatures: layers.options.hidden,
        weights: layers.weights1, bias: layers.bias1, rectified: true))
    plan.kernels.linear(
      LinearCall(
        input: hidden, output: residuals, inFeatures: layers.options.hidden, outFeatures: layers.outputs,
        weights: layers.weights2, bias: layers.bias2, rectified: false))
    return residuals
  }

  /// Shared coefficients, repeated for every channel.
  private func spread(_ values: TensorSlice, to range: Range<Int>, of site: ActivationSite) -> TensorSlice {
    let lanes = scratch(range)
    let (channels, stride) = (site.shape.channels, site.shape.channelStride)
    for k in 0..<site.activation.functions {
      lanes[k * stride..<k * stride + channels].fill(values[k])
      lanes[k * stride + channels..<(k + 1) * stride].fill(0)
    }
    return lanes
  }

  /// Equation (4), or nil where the site has no attention.
  private func attention(_ step: ActivationStep, x: TensorSlice) -> TensorSlice? {
    guard let layer = step.attention else { return nil }
    let output = scratch(plan.scratch.attention)[0..<step.site.shape.positions]
    plan.kernels.attention(
      AttentionCall(
        input: x, shape: step.site.shape, weight: layer.weight, bias: layer.bias, temperature: layer.temperature,
        gamma: layer.gamma, output: output))
    return output
  }

  private func scratch(_ range: Range<Int>) -> TensorSlice {
    TensorSlice(arena, offset: range.lowerBound, count: range.count)
  }
}

extension Executor {
  /// Everything that the pass over a map needs but the map.
  private struct Pass {
    let step: ActivationStep
    let coefficients: SiteCoefficients
    let attention: TensorSlice?
  }

  /// Equation (1) on some positions; x and y hold just those.
  private func run(_ pass: Pass, positions: Range<Int>, x: TensorSlice, y: TensorSlice) {
    let (site, activation) = (pass.step.site, pass.step.site.activation)
    let whole = positions.count == site.shape.positions
    plan.kernels.activation(
      ActivationCall(
        x: x, y: y,
        shape: whole
          ? site.shape : FeatureShape(height: 1, width: positions.count, channels: site.shape.channels),
        functions: activation.functions, slopes: pass.coefficients.slopes, intercepts: pass.coefficients.intercepts,
        attention: pass.attention?[positions], upperBound: activation.upperBound))
  }

  /// The pass in pieces that fit a cache, each shown to the observer before the next. Where it works in place, a piece's x is kept aside.
  private func watch(_ pass: Pass, image: ImageIdentity, observer: any ActivationObserver) {
    let (step, shape) = (pass.step, pass.step.site.shape)
    let stride = shape.channelStride
    let (x, y) = (map(step.input), map(step.output))
    let kept = x.storage === y.storage && x.offset == y.offset ? scratch(plan.scratch.tap) : nil
    let length = max(1, ScratchPlan.tapFloats / stride)
    for start in Swift.stride(from: 0, to: shape.positions, by: length) {
      let positions = start..<min(start + length, shape.positions)
      let floats = positions.lowerBound * stride..<positions.upperBound * stride
      let source = kept ?? x[floats]
      kept?.copy(from: x[floats])
      run(pass, positions: positions, x: source, y: y[floats])
      let sample = ActivationSample(
        x: source, y: y[floats], channels: shape.channels, channelStride: stride, positions: positions)
      observer.observe(sample, of: step.site, image: image)
    }
  }
}
