import KernelInterface
import Tensors

func copyChannels(_ call: ChannelCall) {
  let table = call.channels.table.pointer
  let (runs, count) = (call.channels.runs, call.channels.count)
  let end = call.firstChannel + count
  for position in 0..<call.positions {
    let source = Floats(call.input.pointer) + position * call.inputStride
    let row = call.output.pointer + position * call.outputStride
    var target = row + call.firstChannel
    if runs == 0 {
      for index in 0..<count { target[index] = source[Int(table[index])] }
    }
    for run in 0..<runs {
      let length = Int(table[2 * run + 1])
      copyRun(source + Int(table[2 * run]), to: target, count: length)
      target += length
    }
    if call.endsMap {
      for channel in end..<call.outputStride { row[channel] = 0 }
    }
  }
}

/// Whole vectors, the last of which may overlap its neighbour.
@inline(__always)
func copyRun(_ source: Floats, to target: MutableFloats, count: Int) {
  guard count >= lanes else {
    for index in 0..<count { target[index] = source[index] }
    return
  }
  for index in Swift.stride(from: 0, to: count, by: lanes) {
    let start = min(index, count - lanes)
    storeVector(load(source + start), target + start)
  }
}
