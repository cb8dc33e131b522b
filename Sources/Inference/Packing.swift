import Tensors

/// Weights in the order in which the kernels read them, built with a limit on the memory that one plan may take.
struct Packing {
  /// Most floats that the packed weights of one plan may take: 2 GiB.
  static let maximumFloats = 1 << 29
  private(set) var floats = 0

  /// Zeroed storage, or nil beyond the limit.
  private mutating func storage(_ count: Int) -> TensorSlice? {
    guard count <= Self.maximumFloats - floats else { return nil }
    floats += count
    return TensorSlice(zeros: count)
  }

  /// `[count]`, padded with zeros to a multiple of 16.
  mutating func vector(_ values: [Float]) -> TensorSlice? {
    guard let packed = storage(FeatureShape.padded(values.count)) else { return nil }
    for (index, value) in values.enumerated() { packed[index] = value }
    return packed
  }

  /// A matrix `[rows][columns]` as `[rows / 16][columns][16]`. Row r goes to `place(r)`, of `places` in all.
  mutating func matrix(_ values: [Float], columns: Int, places: Int, place: (Int) -> Int = { $0 }) -> TensorSlice? {
    let width = FeatureShape.simdWidth
    guard let packed = storage(FeatureShape.padded(places) * columns) else { return nil }
    for row in 0..<values.count / columns {
      let target = place(row)
      let start = target / width * columns * width + target % width
      for column in 0..<columns { packed[start + column * width] = values[row * columns + column] }
    }
    return packed
  }

  /// `[channels][taps]` as `[taps][channelStride]`.
  mutating func depthwise(_ values: [Float], taps: Int) -> TensorSlice? {
    let channels = values.count / taps
    let stride = FeatureShape.padded(channels)
    guard let packed = storage(stride * taps) else { return nil }
    for channel in 0..<channels {
      for tap in 0..<taps { packed[tap * stride + channel] = values[channel * taps + tap] }
    }
    return packed
  }

  /// `[outputs][inChannels / groups][taps]` as `[outputs / 16][taps][inChannels][16]`, with zeros between different groups.
  mutating func dense(_ values: [Float], outputs: Int, inChannels: Int, taps: Int, groups: Int) -> TensorSlice? {
    let width = FeatureShape.simdWidth
    let (count, overflow) = (FeatureShape.padded(outputs) * taps).multipliedReportingOverflow(by: inChannels)
    guard !overflow, let packed = storage(count) else { return nil }
    let (groupInputs, groupOutputs) = (inChannels / groups, outputs / groups)
    for output in 0..<outputs {
      let firstInput = output / groupOutputs * groupInputs
      for input in 0..<groupInputs {
        for tap in 0..<taps {
          let row = ((output / width) * taps + tap) * inChannels + firstInput + input
          packed[row * width + output % width] = values[(output * groupInputs + input) * taps + tap]
        }
      }
    }
    return packed
  }
}
