import KernelInterface
import Networks
import Tensors

/// Runs a plan on one image after the other: one executor for each worker. It owns the worker's memory; nothing is allocated for an image.
public final class Executor {
  /// What it runs.
  public let plan: Plan
  let arena: AlignedStorage<Float>
  /// Every map, by value index; the first is the image of the run.
  private var maps: [TensorSlice]

  /// An executor with memory of its own.
  public init(_ plan: Plan) {
    self.plan = plan
    let arena = AlignedStorage<Float>(count: plan.workerFloats)
    self.arena = arena
    maps = plan.memory.placements.map { placement in
      guard let placement else { return TensorSlice(arena, offset: 0, count: 0) }
      return TensorSlice(arena, offset: placement.offset, count: placement.count)
    }
  }

  /// Runs one image through the network.
  ///
  /// - Parameters:
  ///   - input: The image, `[positions][channels]` of ``Plan/input``, without padding lanes. It is only read.
  ///   - image: Handed on to the observer.
  ///   - observer: Is shown the activations; nil costs nothing.
  /// - Returns: The graph's result, valid until the next run: the logits, one for each class (a map of more than one position comes with
  ///   its padding lanes).
  public func run(
    _ input: TensorSlice, image: ImageIdentity, observer: (any ActivationObserver)? = nil
  ) -> TensorSlice {
    let result = forEachStep(input, image: image, observer: observer) {}
    return plan.shapes.output.positions == 1 ? result[0..<plan.shapes.output.channels] : result
  }

  /// Runs all steps, calls `finished` after each, and returns the output's map.
  @inline(__always) @discardableResult
  func forEachStep(
    _ input: TensorSlice, image: ImageIdentity, observer: (any ActivationObserver)?, finished: () -> Void
  ) -> TensorSlice {
    precondition(input.count >= plan.input.count, "the image is smaller than the network's input")
    maps[Value.image.index] = input
    for step in plan.steps {
      run(step, image: image, observer: observer)
      finished()
    }
    let result = map(plan.output)
    maps[Value.image.index] = TensorSlice(arena, offset: 0, count: 0)
    return result
  }

  /// The map of a value.
  func map(_ value: Value) -> TensorSlice { maps[value.index] }

  private func run(_ step: Step, image: ImageIdentity, observer: (any ActivationObserver)?) {
    switch step {
    case .padding(let step): pad(step)
    case .convolution(let step): convolve(step)
    case .activation(let step): activate(step, image: image, observer: observer)
    case .normalization(let step):
      plan.kernels.activation(
        ActivationCall(
          x: map(step.input), y: map(step.output), shape: step.shape, functions: 1, slopes: step.scales,
          intercepts: step.shifts, attention: nil, upperBound: nil))
    case .add(let step):
      let count = 0..<step.shape.storedCount
      plan.kernels.add(map(step.left)[count], map(step.right)[count], map(step.output)[count])
    case .pool(let step):
      plan.kernels.channelMeans(map(step.input), step.inputShape, map(step.output))
    case .windowPool(let step):
      plan.kernels.pool(step.call(input: map(step.input), output: map(step.output)))
    case .linear(let step):
      plan.kernels.linear(
        LinearCall(
          input: map(step.input), output: map(step.output), inFeatures: step.inFeatures,
          outFeatures: step.outFeatures, weights: step.weights, bias: step.bias, rectified: false))
    }
  }

  private func pad(_ step: PaddingStep) {
    let (image, padded) = (map(.image), map(step.output))
    let (channels, stride) = (step.shape.channels, step.shape.channelStride)
    for position in 0..<step.shape.positions {
      let lanes = padded[position * stride..<(position + 1) * stride]
      lanes[0..<channels].copy(from: image[position * channels..<(position + 1) * channels])
      lanes[channels..<stride].fill(0)
    }
  }

  private func convolve(_ step: ConvolutionStep) {
    if step.form == .pointwise {
      plan.kernels.pointwise(
        PointwiseCall(
          input: map(step.input), output: map(step.output), positions: step.inputShape.positions,
          inChannels: step.inputShape.channels, outChannels: step.outputShape.channels, weights: step.weights,
          bias: step.bias))
      return
    }
    let options = step.options
    let call = SpatialCall(
      input: map(step.input), inputShape: step.inputShape,
      inputStride: step.input == .image ? step.inputShape.channels : nil, output: map(step.output),
      outputShape: step.outputShape, kernel: (options.kernel.height, options.kernel.width),
      stride: (options.stride.height, options.stride.width),
      origin: (options.padding.top, options.padding.left),
      dilation: (options.dilation.height, options.dilation.width), weights: step.weights, bias: step.bias)
    if step.form == .depthwise { plan.kernels.depthwise(call) } else { plan.kernels.convolution(call) }
  }
}
