import Functions
import KernelInterface
import Tensors

extension ScalarKernels {
  static func combine(_ call: BinaryCall) {
    let (width, stride) = (call.shape.width, call.shape.channelStride)
    for index in 0..<call.shape.storedCount {
      let (position, channel) = index.quotientAndRemainder(dividingBy: stride)
      guard channel < call.shape.channels else {
        call.output[index] = 0
        continue
      }
      let place = (position / width, position % width, channel)
      call.output[index] = Float(call.function.value(call.first.value(place), call.second.value(place)))
    }
  }

  static func rearrange(_ call: RearrangeCall) {
    let (offsets, channels) = (call.offsets, call.offsets.channels.array)
    let stride = FeatureShape.padded(channels.count)
    for index in 0..<offsets.height * offsets.width * stride {
      let (position, channel) = index.quotientAndRemainder(dividingBy: stride)
      let parts = [
        Int(offsets.rows[position / offsets.width]), Int(offsets.columns[position % offsets.width]),
        channel < channels.count ? channels[channel] : -1,
      ]
      call.output[index] = parts.contains { $0 < 0 } ? 0 : call.input[parts.reduce(0, +)]
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

extension BinaryCall.Operand {
  /// What meets an element of the output.
  fileprivate func value(_ place: (row: Int, column: Int, channel: Int)) -> Double {
    let (row, column) = (shape.height == 1 ? 0 : place.row, shape.width == 1 ? 0 : place.column)
    return Double(
      slice[(row * shape.width + column) * shape.channelStride + (shape.channels == 1 ? 0 : place.channel)])
  }
}

extension OffsetRuns {
  /// Each offset by itself; negative for zeros.
  fileprivate var array: [Int] {
    if runs == 0 { return (0..<count).map { Int(table[$0]) } }
    return (0..<runs).flatMap { run in
      let (first, length) = (Int(table[2 * run]), Int(table[2 * run + 1]))
      return (0..<length).map { first < 0 ? -1 : first + $0 }
    }
  }
}
