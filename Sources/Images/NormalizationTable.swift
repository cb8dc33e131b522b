import Networks

/// The input value of every pixel value of each of three channels: scaled to 0...1, less the mean, over the deviation, in the order of torchvision's roundings.
struct NormalizationTable {
  /// Channels that the network takes, 1 or 3; the values of the others are 0.
  let channels: Int
  /// `values[256 * channel + value]`.
  let values: [Float]

  init(_ preprocessing: Preprocessing) {
    channels = preprocessing.channels
    values = (0..<3 * 256).map { index in
      let (channel, value) = index.quotientAndRemainder(dividingBy: 256)
      guard channel < preprocessing.channels else { return 0 }
      return (Float(value) / 255 - preprocessing.mean[channel]) / preprocessing.deviation[channel]
    }
  }
}

/// One position of the input: the table's values of three channels.
@inline(__always)
func normalized(_ red: UInt8, _ green: UInt8, _ blue: UInt8, by table: Span<Float>) -> (Float, Float, Float) {
  (table[Int(red)], table[256 + Int(green)], table[512 + Int(blue)])
}
