import CVector
import KernelInterface
import Tensors

func layerNormalization(_ call: LayerNormalizationCall) {
  let (channels, stride) = (call.shape.channels, call.shape.channelStride)
  let (input, output) = (Floats(call.input.pointer), call.output.pointer)
  let (weight, bias) = (Floats(call.weight.pointer), Floats(call.bias.pointer))
  let (isCentred, epsilon) = (call.isCentred, call.epsilon)
  for position in 0..<call.shape.positions {
    let x = Position(values: input + position * stride, channels: channels, stride: stride)
    let (mean, variance) = x.moments(isCentred: isCentred)
    x.write(to: output + position * stride, mean, 1 / (variance + epsilon).squareRoot(), weight, bias)
  }
}

/// The channels of one position.
private struct Position {
  let values: Floats
  let channels: Int
  let stride: Int

  /// Mean and variance; 0 and the mean square where it is not centred.
  @inline(__always)
  func moments(isCentred: Bool) -> (mean: Float, variance: Float) {
    let count = Float(channels)
    let first = isCentred ? laneSum(sum()) / count : 0
    let (left, squares) = distances(from: all(first))
    let variance = laneSum(squares) / count
    guard isCentred else { return (0, variance) }
    let rest = laneSum(left) / count
    // Where nothing is left but rounding, the difference may be below 0.
    let corrected = variance - rest * rest
    return (first + rest, corrected < 0 ? 0 : corrected)
  }

  /// Padding lanes are zeros. Two sums at a time hide half of the additions' latency.
  @inline(__always)
  private func sum() -> Vector {
    var (even, odd) = (Vector(), Vector())
    let pairs = stride / (2 * lanes) * (2 * lanes)
    for channel in Swift.stride(from: 0, to: pairs, by: 2 * lanes) {
      even = even + load(values + channel)
      odd = odd + load(values + channel + lanes)
    }
    if pairs < stride { even = even + load(values + pairs) }
    return even + odd
  }

  /// Sums of the distances from a centre and of their squares.
  @inline(__always)
  private func distances(from centre: Vector) -> (Vector, Vector) {
    var (sums, squares) = (Vector(), Vector())
    let whole = channels / lanes * lanes
    for channel in Swift.stride(from: 0, to: whole, by: lanes) {
      let distance = load(values + channel) - centre
      sums = sums + distance
      addProduct(&squares, distance, distance)
    }
    if whole < channels {
      let distance = firstLanes(load(values + whole) - centre, channels - whole)
      sums = sums + distance
      addProduct(&squares, distance, distance)
    }
    return (sums, squares)
  }

  /// `(x - mean) * scale * weight + bias`, and zeros in padding lanes.
  @inline(__always)
  func write(to output: MutableFloats, _ mean: Float, _ scale: Float, _ weight: Floats, _ bias: Floats) {
    let (mean, scale) = (all(mean), all(scale))
    for channel in Swift.stride(from: 0, to: stride, by: lanes) {
      let n = (load(values + channel) - mean) * scale
      let y = vector_add_product(load(bias + channel), n, load(weight + channel))
      storeVector(
        channel + lanes <= channels ? y : firstLanes(y, max(channels - channel, 0)), output + channel)
    }
  }
}
