import KernelInterface
public import Tensors

/// Weights in the order that kernels read them, from the row-major order of files. Padding lanes become zero.
public enum PackedWeights {
  /// `[out][in]` to `[out padded / 16][in][16]`, for 1x1 convolutions and fully connected layers.
  public static func pointwise(_ values: TensorSlice, outChannels: Int, inChannels: Int) -> TensorSlice {
    dense(values, outChannels: outChannels, inChannels: inChannels, kernel: (1, 1))
  }

  /// `[out][in / groups][height][width]` to `[out padded / 16][height][width][depth][16]`, for dense convolutions:
  /// zeros stand between groups.
  public static func dense(
    _ values: TensorSlice, outChannels: Int, inChannels: Int, kernel: (height: Int, width: Int), groups: Int = 1
  ) -> TensorSlice {
    let (taps, groupDepth) = (kernel.height * kernel.width, inChannels / groups)
    precondition(values.count == outChannels * groupDepth * taps, "weights and extents differ")
    let windows = ChannelWindows(inChannels: inChannels, outChannels: outChannels, groups: groups)
    let lanes = FeatureShape.simdWidth
    let packed = TensorSlice(zeros: FeatureShape.padded(outChannels) * windows.depth * taps)
    for out in 0..<outChannels {
      let block = out / lanes * taps * windows.depth * lanes + out % lanes
      let first = out / (outChannels / groups) * groupDepth - windows.start(block: out / lanes)
      for channel in 0..<groupDepth {
        for tap in 0..<taps {
          packed[block + (tap * windows.depth + first + channel) * lanes] =
            values[(out * groupDepth + channel) * taps + tap]
        }
      }
    }
    return packed
  }

  /// `[out][in][3][3]` to `[out padded / 16][16][in][16]`: `G g G^T` of each filter in double precision, its elements
  /// by rows, for ``KernelTable/winograd``.
  public static func winograd(_ values: TensorSlice, outChannels: Int, inChannels: Int) -> TensorSlice {
    precondition(values.count == outChannels * inChannels * 9, "weights and extents differ")
    let lanes = FeatureShape.simdWidth
    let packed = TensorSlice(zeros: FeatureShape.padded(outChannels) * inChannels * WinogradTiling.products)
    for filter in 0..<outChannels * inChannels {
      let (out, channel) = filter.quotientAndRemainder(dividingBy: inChannels)
      let taps = (0..<9).map { Double(values[filter * 9 + $0]) }
      let products = ScalarKernels.product(Winograd.filter, taps, Winograd.filter, rows: 4, inner: 3)
      for (element, product) in products.enumerated() {
        let block = (out / lanes * WinogradTiling.products + element) * inChannels + channel
        packed[block * lanes + out % lanes] = Float(product)
      }
    }
    return packed
  }

  /// `[channels][height][width]` (or `[channels][1][height][width]`) to `[height][width][channels padded]`.
  public static func depthwise(
    _ values: TensorSlice, channels: Int, kernel: (height: Int, width: Int)
  ) -> TensorSlice {
    let taps = kernel.height * kernel.width
    precondition(values.count == channels * taps, "weights and extents differ")
    let stride = FeatureShape.padded(channels)
    let packed = TensorSlice(zeros: stride * taps)
    for channel in 0..<channels {
      for tap in 0..<taps { packed[tap * stride + channel] = values[channel * taps + tap] }
    }
    return packed
  }

  /// `[rows][columns]` to `[rows][columns padded]`: biases, slopes, intercepts.
  public static func rows(_ values: TensorSlice, columns: Int) -> TensorSlice {
    precondition(columns > 0 && values.count % columns == 0, "values do not fill whole rows")
    let stride = FeatureShape.padded(columns)
    let packed = TensorSlice(zeros: values.count / columns * stride)
    for index in 0..<values.count { packed[index / columns * stride + index % columns] = values[index] }
    return packed
  }
}
