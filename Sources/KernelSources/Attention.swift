import CVector
import KernelInterface
import Tensors

func attention(_ call: AttentionCall) {
  let (output, count) = (call.output.pointer, call.shape.positions)
  let shift = all(scores(call))
  let scale = all(1 / call.temperature)
  // The largest score is subtracted, so that no exponential overflows and one of them is 1.
  mapVectors(Floats(output), to: output, count: count) { exponential(($0 - shift) * scale) }
  let factor = all(call.gamma / sum(Floats(output), count: count))
  let one = all(1)
  mapVectors(Floats(output), to: output, count: count) { vector_smaller($0 * factor, one) }
}

private func sum(_ values: Floats, count: Int) -> Float {
  var sums = Vector()
  let whole = count / lanes * lanes
  for index in Swift.stride(from: 0, to: whole, by: lanes) { sums = sums + load(values + index) }
  var total = laneSum(sums)
  for index in whole..<count { total += values[index] }
  return total
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
