import KernelInterface
import Networks
import Tensors

extension Executor {
  /// A convolution and its epilogue.
  func convolve(_ step: ConvolutionStep, slots: Range<Int>, observer: (any ActivationObserver)?) {
    if let activation = step.fusion.activation { prepare(activation, slots: slots) }
    // Those that nobody watches run together: their weights are read once.
    var together: [SpatialCall] = []
    for slot in slots {
      var epilogue = epilogue(of: step, slot, of: slots)
      let work = RowWork(step: .convolution(step), shape: step.geometry.outputShape, slot: slot)
      let wanted = complete(&epilogue, step.fusion.activation, work, observer: observer)
      if !wanted.isNone || !step.isWinograd {
        run(work, epilogue, step.fusion.activation, wanted, observer: observer)
      } else {
        together.append(spatialCall(step, work, rows: 0..<work.shape.height, epilogue))
      }
    }
    if !together.isEmpty { plan.kernels.winograd(WinogradCall(together, scratch: scratch(plan.scratch.own))) }
  }

  private func epilogue(of step: ConvolutionStep, _ slot: Int, of slots: Range<Int>) -> Epilogue {
    var epilogue = Epilogue()
    epilogue.addend = step.fusion.addend.map { map($0, slot) }
    epilogue.residual = step.fusion.residual.map { map($0, slot) }
    epilogue.sums = rowSums(step.fusion.sums, slot, width: step.geometry.outputShape.width)
    epilogue.upcoming = upcoming.map { part(of: $0, slot - slots.lowerBound, slots.count) }
    return epilogue
  }

  /// An epilogue on a map that is there already.
  func pass(_ step: ElementwiseStep, slots: Range<Int>, observer: (any ActivationObserver)?) {
    var plan: ActivationPlan?
    if case .activation(let activation) = step.operation {
      plan = activation
      prepare(activation, slots: slots)
    }
    for slot in slots {
      var epilogue = Epilogue()
      switch step.operation {
      case .activation: break
      case .normalization(let scales, let shifts):
        epilogue.function = .lines(PiecewiseLines(functions: 1, slopes: scales, intercepts: shifts))
      case .sum(let other): epilogue.residual = map(other, slot)
      }
      epilogue.sums = rowSums(step.kept, slot, width: step.outputShape.width)
      let work = RowWork(step: .elementwise(step), shape: step.outputShape, slot: slot)
      let wanted = complete(&epilogue, plan, work, observer: observer)
      run(work, epilogue, plan, wanted, observer: observer)
    }
  }

  /// A convolution's packed weights, for one image where they are computed.
  private func weights(of step: ConvolutionStep, _ slot: Int) -> TensorSlice {
    step.computed.map { map($0.weights, slot) } ?? step.weights
  }

  private func bias(of step: ConvolutionStep, _ slot: Int) -> TensorSlice {
    step.computed?.bias.map { map($0, slot) } ?? step.bias
  }

  /// One of `count` parts of a slice.
  private func part(of slice: TensorSlice, _ index: Int, _ count: Int) -> TensorSlice {
    let length = slice.count / count
    return slice[index * length..<(index + 1) * length]
  }

  private func rowSums(_ kept: KeptSums?, _ slot: Int, width: Int) -> Epilogue.RowSums? {
    kept.map { Epilogue.RowSums(storage: map($0.value, slot), width: width, period: $0.period) }
  }

  /// Computes some rows of a step's output. Everything in the epilogue that is laid out like the output begins with the
  /// first of them.
  func run(_ work: RowWork, rows: Range<Int>, _ epilogue: consuming Epilogue) {
    let (width, stride) = (work.shape.width, work.shape.channelStride)
    let positions = rows.lowerBound * width..<rows.upperBound * width
    let floats = positions.lowerBound * stride..<positions.upperBound * stride
    switch work.step {
    case .elementwise(let step):
      plan.kernels.elementwise(
        ElementwiseCall(
          input: map(step.input, work.slot)[floats], output: map(step.output, work.slot)[floats],
          positions: positions.count, channelStride: stride, epilogue: epilogue))
    case .convolution(let step) where step.form == .pointwise:
      let inStride = step.geometry.inputStride
      let inputs = positions.lowerBound * inStride..<positions.upperBound * inStride
      plan.kernels.pointwise(
        PointwiseCall(
          input: map(step.input, work.slot)[inputs], output: map(step.output, work.slot)[floats],
          positions: positions.count, inChannels: step.geometry.inputShape.channels,
          outChannels: work.shape.channels, weights: weights(of: step, work.slot), bias: bias(of: step, work.slot),
          epilogue: epilogue))
    case .convolution(let step):
      let call = spatialCall(step, work, rows: rows, epilogue)
      if step.isWinograd {
        plan.kernels.winograd(WinogradCall([call], scratch: scratch(plan.scratch.own)))
      } else if step.form == .depthwise {
        plan.kernels.depthwise(call)
      } else {
        plan.kernels.convolution(call)
      }
    }
  }
}

extension Executor {
  /// A convolution of any kernel but 1x1, for some rows of its output.
  private func spatialCall(
    _ step: ConvolutionStep, _ work: RowWork, rows: Range<Int>, _ epilogue: Epilogue
  ) -> SpatialCall {
    let row = work.shape.width * work.shape.channelStride
    return SpatialCall(
      input: map(step.input, work.slot),
      output: map(step.output, work.slot)[rows.lowerBound * row..<rows.upperBound * row], geometry: step.geometry,
      rows: rows, weights: weights(of: step, work.slot), bias: bias(of: step, work.slot), epilogue: epilogue)
  }
}

/// A step that computes a map row by row, for one image of the batch.
struct RowWork {
  enum Kind {
    case convolution(ConvolutionStep)
    case elementwise(ElementwiseStep)
  }

  let step: Kind
  /// The output's shape.
  let shape: FeatureShape
  let slot: Int

  /// The map that is written.
  var output: Value {
    switch step {
    case .convolution(let step): step.output
    case .elementwise(let step): step.output
    }
  }

  /// The map of which x is computed, or which is x.
  var input: Value {
    switch step {
    case .convolution(let step): step.input
    case .elementwise(let step): step.input
    }
  }
}
