import KernelInterface
import Tensors

extension ScalarKernels {
  static func pool(_ call: PoolCall) {
    let (width, stride) = (call.geometry.outputShape.width, call.geometry.outputShape.channelStride)
    for index in 0..<call.geometry.outputShape.storedCount {
      let (position, channel) = index.quotientAndRemainder(dividingBy: stride)
      var values: [Double] = []
      forEachTap(call.geometry, row: position / width, column: position % width) { _, base in
        values.append(Double(call.input[base + channel]))
      }
      call.output[index] = Float(pooled(values, call))
    }
  }

  private static func pooled(_ values: [Double], _ call: PoolCall) -> Double {
    switch call.kind {
    case .maximum: values.contains(where: \.isNaN) ? .nan : values.max() ?? -.infinity
    case .average(let countsPadding):
      values.reduce(0, +)
        / Double(countsPadding ? call.geometry.kernel.height * call.geometry.kernel.width : values.count)
    }
  }

  /// One lane.
  static func peak(_ rounds: Int, _ output: TensorSlice) -> Int {
    output[0] = (0..<rounds).reduce(0) { sum, _ in sum * 0.5 + 1 }
    return rounds
  }
}
