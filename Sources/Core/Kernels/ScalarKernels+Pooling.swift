import KernelInterface
import Tensors

extension ScalarKernels {
  static func pool(_ call: PoolCall) {
    let stride = call.inputShape.channelStride
    for index in 0..<call.rows.count * call.columns.count * stride {
      let (position, channel) = index.quotientAndRemainder(dividingBy: stride)
      let columns = call.columns.inputs(position % call.columns.count)
      let values = call.rows.inputs(position / call.columns.count).flatMap { row in
        columns.map { Double(call.input[(row * call.inputShape.width + $0) * stride + channel]) }
      }
      call.output[index] = Float(pooled(values, call))
    }
  }

  private static func pooled(_ values: [Double], _ call: PoolCall) -> Double {
    switch call.kind {
    case .maximum: values.contains(where: \.isNaN) ? .nan : values.max() ?? -.infinity
    case .average(let countsPadding):
      values.reduce(0, +) / Double(countsPadding ? call.rows.taps * call.columns.taps : values.count)
    }
  }

  /// One lane.
  static func peak(_ rounds: Int, _ output: TensorSlice) -> Int {
    output[0] = (0..<rounds).reduce(0) { sum, _ in sum * 0.5 + 1 }
    return rounds
  }
}

extension PoolAxis {
  /// The inputs under one position of the window.
  fileprivate func inputs(_ output: Int) -> [Int] {
    (0..<Int(table[2 * output + 1])).map { Int(table[2 * output]) + $0 * step }
  }
}
