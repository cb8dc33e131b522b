import KernelInterface
import Tensors

extension ScalarKernels {
  static func pool(_ call: PoolCall) {
    let (input, output) = (call.inputShape, call.outputShape)
    let stride = input.channelStride
    for index in 0..<output.storedCount {
      let (position, channel) = (index / stride, index % stride)
      let top = position / output.width * call.stride.height - call.origin.top
      let left = position % output.width * call.stride.width - call.origin.left
      var values: [Double] = []
      for tap in 0..<call.kernel.height * call.kernel.width {
        let row = top + tap / call.kernel.width * call.dilation.height
        let column = left + tap % call.kernel.width * call.dilation.width
        guard (0..<input.height).contains(row), (0..<input.width).contains(column) else { continue }
        values.append(Double(call.input[(row * input.width + column) * stride + channel]))
      }
      call.output[index] = Float(pooled(values, call))
    }
  }

  private static func pooled(_ values: [Double], _ call: PoolCall) -> Double {
    switch call.kind {
    case .maximum: values.contains(where: \.isNaN) ? .nan : values.max() ?? -.infinity
    case .average(let countsPadding):
      values.reduce(0, +) / Double(countsPadding ? call.kernel.height * call.kernel.width : values.count)
    }
  }

  /// One lane.
  static func peak(_ rounds: Int, _ output: TensorSlice) -> Int {
    output[0] = (0..<rounds).reduce(0) { sum, _ in sum * 0.5 + 1 }
    return rounds
  }
}
