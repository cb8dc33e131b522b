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
  let (stride, positions) = (call.shape.channelStride, call.shape.positions)
  let (input, weight) = (Floats(call.input.pointer), Floats(call.weight.pointer))
  let (output, bias) = (call.output.pointer, all(call.bias))
  var largest = all(-.infinity)
  withUnsafeTemporaryAllocation(of: Float.self, capacity: lanes * lanes) { buffer in
    let rows = buffer.baseAddress.unsafelyUnwrapped
    for start in Swift.stride(from: 0, to: positions, by: lanes) {
      // Behind the end the last position is taken again.
      for row in 0..<lanes {
        let position = input + min(start + row, positions - 1) * stride
        var sum = Vector()
        for channel in Swift.stride(from: 0, to: stride, by: lanes) {
          addProduct(&sum, load(position + channel), load(weight + channel))
        }
        storeVector(sum, rows + row * lanes)
      }
      let scores = vector_sums_of_rows(rows) + bias
      // Once NaN, it stays.
      largest = vector_larger(largest, scores) + (scores - scores)
      if start + lanes <= positions {
        storeVector(scores, output + start)
      } else {
        for lane in 0..<positions - start { output[start + lane] = scores[lane] }
      }
    }
  }
  var most = largest[0]
  for lane in 1..<lanes { most = largest[lane] > most || largest[lane].isNaN ? largest[lane] : most }
  return most
}
