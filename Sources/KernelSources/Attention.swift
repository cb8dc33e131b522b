import KernelInterface
import Tensors

func attention(_ call: AttentionCall) {
  let output = call.output.pointer
  let positions = call.shape.positions
  let largest = scores(call)
  let scale = Vector(repeating: 1 / call.temperature)
  let shift = Vector(repeating: largest)
  let whole = positions / lanes * lanes
  var total: Float = 0
  // The largest score is subtracted, so that no exponential overflows and one of them is 1.
  for index in Swift.stride(from: 0, to: whole, by: lanes) {
    let value = exponential((load(Floats(output) + index) - shift) * scale)
    storeVector(value, output + index)
    total += laneSum(value)
  }
  let tail = positions - whole
  let value = exponential((loadFirst(tail, Floats(output) + whole) - shift) * scale)
  storeFirst(tail, value, output + whole)
  for lane in 0..<tail { total += output[whole + lane] }

  let factor = Vector(repeating: call.gamma / total)
  let one = Vector(repeating: 1)
  for index in Swift.stride(from: 0, to: whole, by: lanes) {
    storeVector(minimum(load(Floats(output) + index) * factor, one), output + index)
  }
  storeFirst(tail, minimum(loadFirst(tail, Floats(output) + whole) * factor, one), output + whole)
}

/// Writes z to the output and returns the largest; NaN if any is NaN.
private func scores(_ call: AttentionCall) -> Float {
  let stride = call.shape.channelStride
  let input = Floats(call.input.pointer)
  let weight = Floats(call.weight.pointer)
  var largest = -Float.infinity
  for position in 0..<call.shape.positions {
    var sum = Vector()
    for channel in Swift.stride(from: 0, to: stride, by: lanes) {
      addProduct(&sum, load(input + position * stride + channel), load(weight + channel))
    }
    let score = laneSum(sum) + call.bias
    call.output.pointer[position] = score
    largest = score > largest || score.isNaN ? score : largest
  }
  return largest
}
