import Functions
import KernelInterface
import Networks
import Tensors

extension Executor {
  /// Runs an activation's hyper function up to the gate for some images of the batch: one pass over its weights for all
  /// of them.
  func prepare(_ activation: ActivationPlan, slots: Range<Int>) {
    guard case .hyper(let layers) = activation.source, changes.bySite[activation.siteID]?.constant == nil else {
      return
    }
    let scratch = plan.scratch
    for slot in slots { computeFeatures(layers.features, slot, row(scratch.features, slot)) }
    plan.kernels.linear(
      LinearCall(
        input: rows(scratch.features, slots), inputStride: scratch.features.stride,
        output: rows(scratch.hidden, slots), outputStride: scratch.hidden.stride, batch: slots.count,
        inFeatures: layers.inFeatures, outFeatures: layers.options.hidden, weights: layers.weights1,
        bias: layers.bias1, rectified: layers.options.innerCurve == nil))
    if let curve = layers.options.innerCurve {
      for slot in slots { apply(curve, to: row(scratch.hidden, slot), count: layers.options.hidden) }
    }
    plan.kernels.linear(
      LinearCall(
        input: rows(scratch.hidden, slots), inputStride: scratch.hidden.stride,
        output: rows(scratch.residuals, slots), outputStride: scratch.residuals.stride, batch: slots.count,
        inFeatures: layers.options.hidden, outFeatures: layers.outputs, weights: layers.weights2,
        bias: layers.bias2, rectified: false))
  }

  /// A curve on a vector, in place.
  private func apply(_ curve: Curve, to vector: TensorSlice, count: Int) {
    var epilogue = Epilogue()
    epilogue.function = .curve(curve, channels: count)
    plan.kernels.elementwise(
      ElementwiseCall(
        input: vector, output: vector, positions: 1, channelStride: FeatureShape.padded(count), epilogue: epilogue))
  }

  /// What the first layer takes: the means of x, or what they follow from.
  private func computeFeatures(_ features: HyperFeatures, _ slot: Int, _ output: TensorSlice) {
    switch features {
    case .means(let x, let shape): plan.kernels.channelMeans(map(x, slot), shape, output)
    case .totals(let sums, let rows, let stride):
      plan.kernels.rowSums(
        RowSumsCall(
          input: map(sums, slot), shape: FeatureShape(height: 1, width: rows, channels: stride), inputStride: stride,
          period: 1, output: output))
    case .windows(let sums, let input, let geometry):
      plan.kernels.windowSums(
        WindowSumsCall(
          input: map(input, slot), geometry: geometry, rowSums: map(sums.value, slot), scale: 1, output: output))
    case .depthwise(let sums, let input, let geometry, let weights, let bias):
      let windows = scratch(plan.scratch.windows)
      plan.kernels.windowSums(
        WindowSumsCall(
          input: map(input, slot), geometry: geometry, rowSums: map(sums.value, slot),
          scale: 1 / Float(geometry.outputShape.positions), output: windows))
      contract(windows, geometry, weights, bias, output)
    }
  }

  /// The means of a depthwise convolution's output: its weights on the means under the taps, which is a convolution of
  /// one position.
  private func contract(
    _ windows: TensorSlice, _ geometry: WindowGeometry, _ weights: TensorSlice, _ bias: TensorSlice,
    _ output: TensorSlice
  ) {
    let (kernel, channels) = (geometry.kernel, geometry.inputShape.channels)
    plan.kernels.depthwise(
      SpatialCall(
        input: windows, output: output,
        geometry: WindowGeometry(
          inputShape: FeatureShape(height: kernel.height, width: kernel.width, channels: channels),
          outputShape: FeatureShape(height: 1, width: 1, channels: channels), kernel: kernel, stride: (1, 1),
          origin: (0, 0), dilation: (1, 1)),
        weights: weights, bias: bias))
  }

  /// Equation (3): the gate on what the second layer gave.
  func coefficients(_ layers: HyperLayers, of site: ActivationSite, slot: Int) -> SiteCoefficients {
    let (functions, channels) = (site.activation.functions, site.coefficientChannels)
    let shared = site.activation.sharing == .allChannels
    let residuals = row(plan.scratch.residuals, slot)
    let slopes = row(shared ? plan.scratch.sharedSlopes : plan.scratch.slopes, slot)
    let intercepts = row(shared ? plan.scratch.sharedIntercepts : plan.scratch.intercepts, slot)
    let (options, stride) = (layers.options, layers.functionStride)
    let gate = options.gate
    for k in 0..<functions {
      let lanes = k * stride..<k * stride + channels
      if k < options.dynamicFunctions {
        plan.kernels.gate(
          GateCall(
            gate, input: residuals[lanes], base: options.initialSlopes[k], range: options.slopeRange,
            output: slopes[lanes]))
      } else {
        slopes[lanes].fill(options.initialSlopes[k])
      }
      if k < options.dynamicFunctions, options.hasIntercepts {
        let offset = options.dynamicFunctions * stride
        plan.kernels.gate(
          GateCall(
            gate, input: residuals[lanes.lowerBound + offset..<lanes.upperBound + offset],
            base: options.initialIntercepts[k], range: options.interceptRange, output: intercepts[lanes]))
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
      slopes: spread(slopes, to: row(plan.scratch.slopes, slot), of: site),
      intercepts: spread(intercepts, to: row(plan.scratch.intercepts, slot), of: site), observed: observed)
  }

  /// Coefficients that the graph computed, `[2][K][channels]`, with padding lanes.
  func coefficients(given: TensorSlice, of site: ActivationSite, slot: Int) -> SiteCoefficients {
    let (functions, channels, stride) = (site.activation.functions, site.shape.channels, site.shape.channelStride)
    let (slopes, intercepts) = (row(plan.scratch.slopes, slot), row(plan.scratch.intercepts, slot))
    let lines = functions * site.coefficientChannels
    guard site.activation.sharing == .perChannel else {
      let observed = ActivationCoefficients(
        functions: functions, channels: 1, stride: 1, slopes: given[0..<lines], intercepts: given[lines..<2 * lines])
      return SiteCoefficients(
        slopes: spread(given, to: slopes, of: site), intercepts: spread(observed.intercepts, to: intercepts, of: site),
        observed: observed)
    }
    for k in 0..<functions {
      let (lanes, padding) = (k * stride..<k * stride + channels, k * stride + channels..<(k + 1) * stride)
      slopes[lanes].copy(from: given[k * channels..<(k + 1) * channels])
      intercepts[lanes].copy(from: given[lines + k * channels..<lines + (k + 1) * channels])
      slopes[padding].fill(0)
      intercepts[padding].fill(0)
    }
    let observed = ActivationCoefficients(
      functions: functions, channels: channels, stride: stride, slopes: slopes, intercepts: intercepts)
    return SiteCoefficients(slopes: slopes, intercepts: intercepts, observed: observed)
  }

  /// Shared coefficients, repeated for every channel.
  private func spread(_ values: TensorSlice, to lanes: TensorSlice, of site: ActivationSite) -> TensorSlice {
    let (channels, stride) = (site.shape.channels, site.shape.channelStride)
    for k in 0..<site.activation.functions {
      lanes[k * stride..<k * stride + channels].fill(values[k])
      lanes[k * stride + channels..<(k + 1) * stride].fill(0)
    }
    return lanes
  }

  /// One image's run of a batch's scratch.
  private func row(_ rows: ScratchPlan.Rows, _ slot: Int) -> TensorSlice {
    borrowed(offset: rows.offset + slot * rows.stride, count: rows.stride)
  }

  /// Several images' runs.
  private func rows(_ rows: ScratchPlan.Rows, _ slots: Range<Int>) -> TensorSlice {
    borrowed(offset: rows.offset + slots.lowerBound * rows.stride, count: slots.count * rows.stride)
  }
}
