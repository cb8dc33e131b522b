import Networks

/// The input value of every pixel value of each of three channels: scaled to 0...1, less the mean, over the deviation, in the order of torchvision's roundings.
///
/// Channels that the network does not take give 0, as the lanes beyond the channels must be.
struct NormalizationTable {
  /// `values[256 * channel + value]`.
  let values: [Float]

  init(_ preprocessing: Preprocessing) {
    values = (0..<3 * 256).map { index in
      let (channel, value) = index.quotientAndRemainder(dividingBy: 256)
      guard channel < preprocessing.channels else { return 0 }
      return (Float(value) / 255 - preprocessing.mean[channel]) / preprocessing.deviation[channel]
    }
  }
}

/// One position of the input: the table's values of three channels, zeros in the lanes beyond.
@inline(__always)
func normalized(_ red: UInt8, _ green: UInt8, _ blue: UInt8, by table: Span<Float>) -> SIMD16<Float> {
  var result = SIMD16<Float>()
  result[0] = table[Int(red)]
  result[1] = table[256 + Int(green)]
  result[2] = table[512 + Int(blue)]
  return result
}
