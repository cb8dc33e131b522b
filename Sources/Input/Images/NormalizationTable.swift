import KernelInterface
import Networks
import Tensors

/// The input value of every pixel value of each channel: scaled to 0...1, less the mean, over the deviation, in the
/// order of torchvision's roundings.
struct NormalizationTable {
  /// Channels that the network takes, 1 or 3.
  let channels: Int
  /// `[channels][256]`.
  let values: TensorSlice
  /// The same as arithmetic; nil where that would round differently.
  let scaling: PixelScaling?

  init(_ preprocessing: Preprocessing) {
    channels = preprocessing.channels
    let table = (0..<preprocessing.channels * NormalizeCall.levels).map { index in
      let (channel, level) = index.quotientAndRemainder(dividingBy: NormalizeCall.levels)
      return (Float(level) / 255 - preprocessing.mean[channel]) / preprocessing.deviation[channel]
    }
    values = TensorSlice(table)
    scaling = PixelScaling(mean: preprocessing.mean, deviation: preprocessing.deviation, table: table)
  }
}
