import KernelInterface
import Tensors

extension ScalarKernels {
  static func combine(_ call: BinaryCall) {
    let stride = call.shape.channelStride
    for index in 0..<call.shape.storedCount {
      let (position, channel) = index.quotientAndRemainder(dividingBy: stride)
      let (left, right) = (call.first[index], call.second[call.layout.index(position, channel, stride: stride)])
      let value =
        switch call.kind {
        case .add: left + right
        case .multiply: left * right
        case .maximum: left.isNaN || right.isNaN ? .nan : max(left, right)
        }
      call.output[index] = channel < call.shape.channels ? value : 0
    }
  }

  static func copyChannels(_ call: ChannelCall) {
    let channels = call.channels.array
    for position in 0..<call.positions {
      let row = position * call.outputStride
      for (index, channel) in channels.enumerated() {
        call.output[row + call.firstChannel + index] = call.input[position * call.inputStride + channel]
      }
      guard call.endsMap else { continue }
      for lane in call.firstChannel + channels.count..<call.outputStride { call.output[row + lane] = 0 }
    }
  }

  static func upsample(_ call: UpsampleCall) {
    let (width, stride) = (call.inputShape.width, call.inputShape.channelStride)
    for row in 0..<call.rows.count {
      for column in 0..<call.columns.count {
        for lane in 0..<stride {
          func mixed(_ axis: InterpolationAxis, _ output: Int, _ value: (Int) -> Double) -> Double {
            let share = Double(axis.shares[output])
            let first = value(Int(axis.inputs[2 * output]))
            return share == 0 ? first : (1 - share) * first + share * value(Int(axis.inputs[2 * output + 1]))
          }
          let value = mixed(call.rows, row) { y in
            mixed(call.columns, column) { x in Double(call.input[(y * width + x) * stride + lane]) }
          }
          call.output[(row * call.columns.count + column) * stride + lane] = Float(value)
        }
      }
    }
  }
}

extension BinaryCall.Layout {
  /// Where the second operand's value for an element stands.
  fileprivate func index(_ position: Int, _ channel: Int, stride: Int) -> Int {
    switch self {
    case .map: position * stride + channel
    case .vector: channel
    case .plane: position * FeatureShape.simdWidth
    }
  }
}

extension ChannelRuns {
  /// Each channel by itself.
  fileprivate var array: [Int] {
    if runs == 0 { return (0..<count).map { Int(table[$0]) } }
    return (0..<runs).flatMap { run in
      let first = Int(table[2 * run])
      return first..<first + Int(table[2 * run + 1])
    }
  }
}
