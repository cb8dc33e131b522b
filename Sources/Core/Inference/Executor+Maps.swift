import KernelInterface
import Networks
import Tensors

extension Executor {
  /// A product, a sum with broadcasting, or a Maxout, of which an observer is shown x and y.
  func combine(_ step: CombineStep, _ slot: Int, observer: (any ActivationObserver)?) {
    let (x, output) = (map(step.first, slot), map(step.output, slot))
    var first = x
    for other in step.others {
      plan.kernels.combine(
        BinaryCall(
          step.kind, first: first, second: map(other, slot), layout: step.layout, shape: step.shape, output: output))
      first = output
    }
    if step.others.isEmpty { output.copy(from: x) }
    guard let site = step.site, let observer else { return }
    let image = pending[slot]
    guard !observer.wantedPositions(of: site, image: image).isNone else { return }
    observer.observe(
      ActivationSample(
        x: x, y: output, channels: step.shape.channels, channelStride: step.shape.channelStride,
        positions: 0..<step.shape.positions),
      of: site, image: image)
  }

  /// A join or a choice of channels.
  func copyChannels(_ step: ChannelStep, _ slot: Int) {
    for (index, part) in step.parts.enumerated() {
      plan.kernels.copyChannels(
        ChannelCall(
          input: map(part.input, slot), inputStride: part.stride, output: map(step.output, slot),
          outputStride: step.shape.channelStride, positions: step.shape.positions, firstChannel: part.first,
          channels: part.channels, endsMap: index == step.parts.count - 1))
    }
  }

  func upsample(_ step: UpsampleStep, _ slot: Int) {
    plan.kernels.upsample(
      UpsampleCall(
        input: map(step.input, slot), output: map(step.output, slot), inputShape: step.inputShape, rows: step.rows,
        columns: step.columns))
  }
}
