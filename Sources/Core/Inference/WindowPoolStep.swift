import KernelInterface
import Networks
import Tensors

extension WindowPoolStep {
  /// The kernel's call on maps that stand somewhere.
  func call(input: TensorSlice, output: TensorSlice) -> PoolCall {
    let kind: PoolCall.Kind =
      switch options.kind {
      case .maximum: .maximum
      case .average(let countsPadding): .average(countsPadding: countsPadding)
      }
    return PoolCall(
      kind: kind, input: input, output: output,
      geometry: WindowGeometry(
        inputShape: inputShape, outputShape: outputShape, kernel: (options.kernel.height, options.kernel.width),
        stride: (options.stride.height, options.stride.width), origin: (options.padding.top, options.padding.left),
        dilation: (options.dilation.height, options.dilation.width)))
  }

  /// What runs, for a plan's table.
  var operation: String {
    let name = options.kind == .maximum ? "max" : "average"
    return "\(name) pool "
      + windowText((options.kernel.height, options.kernel.width), (options.stride.height, options.stride.width))
  }
}
