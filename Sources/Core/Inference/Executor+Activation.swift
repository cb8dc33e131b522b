import KernelInterface
import Networks
import Tensors

extension Executor {
  /// Adds an activation (nil for none) to an epilogue, shows its coefficients and attention to an observer, and returns
  /// which positions that wants to see.
  func complete(
    _ epilogue: inout Epilogue, _ activation: ActivationPlan?, _ work: RowWork, observer: (any ActivationObserver)?
  ) -> PositionSelection {
    guard let activation else { return .none }
    let image = pending[work.slot]
    let wanted = observer?.wantedPositions(of: activation.site, image: image) ?? .none
    let change = changes.bySite[activation.siteID]
    let coefficients = coefficients(activation, change, slot: work.slot)
    if let coefficients { observer?.observe(coefficients.observed, of: activation.site, image: image) }
    epilogue.attention = attention(activation, change, work)
    if let attention = epilogue.attention { observer?.observe(attention: attention, of: activation.site, image: image) }
    epilogue.upperBound = activation.upperBound
    let isChanged = change?.isOfCoefficients ?? false
    epilogue.function = activation.function(of: coefficients, form: isChanged ? .lines : activation.form)
    return wanted
  }

  /// Computes a map whose epilogue is complete, and shows the positions that an observer wants to see.
  func run(
    _ work: RowWork, _ epilogue: Epilogue, _ activation: ActivationPlan?, _ wanted: PositionSelection,
    observer: (any ActivationObserver)?
  ) {
    guard !wanted.isNone, let observer, let activation else {
      return run(work, rows: 0..<work.shape.height, epilogue)
    }
    let image = pending[work.slot]
    watch(work, epilogue, wanted) { observer.observe($0, of: activation.site, image: image) }
  }

  /// Computes a map in pieces that fit a cache, each shown before the next. x is in registers there: it is stored
  /// beside y, in a place that the next piece uses again; so is y where a residual follows.
  private func watch(
    _ work: RowWork, _ epilogue: Epilogue, _ wanted: PositionSelection, show: (ActivationSample) -> Void
  ) {
    let (shape, stride) = (work.shape, work.shape.channelStride)
    let output = map(work.output, work.slot)
    let step = ScratchPlan.watchedRows(shape)
    for first in Swift.stride(from: 0, to: shape.height, by: step) {
      let rows = first..<min(first + step, shape.height)
      let positions = rows.lowerBound * shape.width..<rows.upperBound * shape.width
      let floats = positions.lowerBound * stride..<positions.upperBound * stride
      var part = epilogue.part(rows: rows, positions: positions, floats: floats, channelStride: stride)
      let argument = scratch(plan.scratch.argument)
      part.argument = argument
      let offset = positions.lowerBound % wanted.step
      part.argumentLattice = ((wanted.first + wanted.step - offset) % wanted.step, wanted.step)
      part.result = epilogue.residual == nil ? nil : scratch(plan.scratch.result)
      run(work, rows: rows, part)
      show(
        ActivationSample(
          x: argument, y: part.result ?? output[floats], channels: shape.channels, channelStride: stride,
          positions: positions))
    }
  }

  /// The seam between the hyper function and its use: the coefficients of one site for one image of the batch.
  /// Nil for a curve.
  private func coefficients(_ activation: ActivationPlan, _ change: PlannedChange?, slot: Int) -> SiteCoefficients? {
    if let constant = change?.constant { return constant }
    let computed: SiteCoefficients
    switch activation.source {
    case .constant(let coefficients): return coefficients
    case .hyper(let layers): computed = coefficients(layers, of: activation.site, slot: slot)
    case .given(let value): computed = coefficients(given: map(value, slot), of: activation.site, slot: slot)
    case nil: return nil
    }
    return change?.applied(to: computed, of: activation.site) ?? computed
  }

  /// Equation (4), or nil where the site has no attention.
  private func attention(_ activation: ActivationPlan, _ change: PlannedChange?, _ work: RowWork) -> TensorSlice? {
    guard let layer = activation.attention else { return nil }
    let positions = activation.site.shape.positions
    let output = scratch(plan.scratch.attention)[0..<positions]
    if case .uniformAttention? = change?.kind {
      output.fill(min(layer.gamma / Float(positions), 1))
      return output
    }
    plan.kernels.attention(
      AttentionCall(
        input: map(layer.input ?? work.input, work.slot), shape: layer.shape, weight: layer.weight, bias: layer.bias,
        temperature: layer.temperature, gamma: layer.gamma, output: output))
    return output
  }

  func scratch(_ range: Range<Int>) -> TensorSlice {
    borrowed(offset: range.lowerBound, count: range.count)
  }
}

extension ActivationPlan {
  /// What a kernel does with x.
  fileprivate func function(of coefficients: SiteCoefficients?, form: Form) -> Epilogue.Function {
    switch (form, coefficients) {
    case (.rectifier, _): return .rectifier
    case (.curve(let curve), _):
      return .curve(curve, scales: site.activation.scales ?? .plain, channels: site.shape.channels)
    case (.parametric, let coefficients?):
      return .parametric(slopes: coefficients.slopes[site.shape.channelStride..<2 * site.shape.channelStride])
    case (.lines, let coefficients?):
      return .lines(
        PiecewiseLines(
          functions: site.activation.functions, slopes: coefficients.slopes, intercepts: coefficients.intercepts))
    case (.lines, nil), (.parametric, nil): preconditionFailure("lines have coefficients")
    }
  }
}

extension Epilogue {
  /// The same for some rows of the output.
  fileprivate func part(
    rows: Range<Int>, positions: Range<Int>, floats: Range<Int>, channelStride: Int
  ) -> Epilogue {
    var part = self
    part.addend = addend?[floats]
    part.residual = residual?[floats]
    part.attention = attention?[positions]
    part.sums = sums.map { sums in
      let stride = sums.period * channelStride
      return RowSums(
        storage: sums.storage[rows.lowerBound * stride..<rows.upperBound * stride], width: sums.width,
        period: sums.period)
    }
    return part
  }
}
