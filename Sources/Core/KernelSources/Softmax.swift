import CVector
import KernelInterface
import Tensors

func softmax(_ call: SoftmaxCall) {
  let map = SoftmaxMap(
    input: Floats(call.input.pointer), output: call.output.pointer, positions: call.shape.positions,
    channels: call.shape.channels, stride: call.shape.channelStride)
  switch call.axis {
  case .positions: map.overPositions()
  case .channels(let parts) where parts == call.shape.channels:
    for position in 0..<map.positions { map.overChannels(at: position * map.stride) }
  case .channels(let parts):
    for position in 0..<map.positions { map.overParts(parts, at: position * map.stride) }
  }
}

/// A ``SoftmaxCall`` as addresses.
private struct SoftmaxMap {
  let input: Floats
  let output: MutableFloats
  let positions: Int
  let channels: Int
  let stride: Int

  /// A vector of channels at a time.
  func overPositions() {
    for channel in Swift.stride(from: 0, to: stride, by: lanes) {
      var largest = all(-.infinity)
      for position in 0..<positions { largest = vector_largest(largest, load(input + position * stride + channel)) }
      var total = Vector()
      // Sums of chunks are added up, which keeps the rounding of long sums small.
      for start in Swift.stride(from: 0, to: positions, by: softmaxChunk) {
        var sum = Vector()
        for position in start..<min(start + softmaxChunk, positions) {
          let power = exponential(load(input + position * stride + channel) - largest)
          storeVector(power, output + position * stride + channel)
          sum = sum + power
        }
        total = total + sum
      }
      let used = max(min(channels - channel, lanes), 0)
      for position in 0..<positions {
        let place = output + position * stride + channel
        storeVector(firstLanes(load(Floats(place)) / total, used), place)
      }
    }
  }

  /// All channels of a position.
  @inline(__always)
  func overChannels(at offset: Int) {
    let (input, output) = (self.input + offset, self.output + offset)
    let least = all(-.infinity)
    var most = least
    for channel in Swift.stride(from: 0, to: channels, by: lanes) {
      most = vector_largest(most, firstLanes(load(input + channel), channels - channel, others: least))
    }
    let largest = all(largestLane(most))
    var sums = Vector()
    for channel in Swift.stride(from: 0, to: stride, by: lanes) {
      let power = firstLanes(exponential(load(input + channel) - largest), max(channels - channel, 0))
      storeVector(power, output + channel)
      sums = sums + power
    }
    let total = all(laneSum(sums))
    for channel in Swift.stride(from: 0, to: channels, by: lanes) {
      storeVector(load(Floats(output) + channel) / total, output + channel)
    }
  }

  /// The same places of some parts of a position's channels, a vector of places at a time.
  @inline(__always)
  func overParts(_ parts: Int, at offset: Int) {
    let (input, output) = (self.input + offset, self.output + offset)
    let size = channels / parts
    for place in Swift.stride(from: 0, to: size, by: lanes) {
      let count = min(size - place, lanes)
      var largest = all(-.infinity)
      for part in 0..<parts { largest = vector_largest(largest, few(input + part * size + place, count)) }
      var total = Vector()
      for part in 0..<parts { total = total + exponential(few(input + part * size + place, count) - largest) }
      for part in 0..<parts {
        let start = part * size + place
        let share = exponential(few(input + start, count) - largest) / total
        if count == lanes {
          storeVector(share, output + start)
        } else {
          for lane in 0..<count { output[start + lane] = share[lane] }
        }
      }
    }
    for channel in channels..<stride { output[channel] = 0 }
  }
}

private let softmaxChunk = 128

/// The first `count` numbers, and zeros; nothing behind them is read.
@inline(__always)
private func few(_ values: Floats, _ count: Int) -> Vector {
  if count == lanes { return load(values) }
  var vector = Vector()
  for lane in 0..<count { vector[lane] = values[lane] }
  return vector
}

/// The first `count` lanes of a vector, and those of another one behind them.
@inline(__always)
private func firstLanes(_ vector: Vector, _ count: Int, others: Vector) -> Vector {
  let isUsed = vector_is_less(laneNumbers(), allInteger(Int32(truncatingIfNeeded: count)))
  return vector_from_bits(vector_select(isUsed, vector_bits(vector), vector_bits(others)))
}

/// The largest lane; NaN if any is NaN.
@inline(__always)
private func largestLane(_ vector: Vector) -> Float {
  var most = vector[0]
  for lane in 1..<lanes { most = vector[lane] > most || vector[lane].isNaN ? vector[lane] : most }
  return most
}
