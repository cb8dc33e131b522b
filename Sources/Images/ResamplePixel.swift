/// A pixel that can be filtered: one grey value, or red, green, blue and an unused lane.
protocol ResamplePixel: Blank {
  /// One 32-bit sum for each lane.
  associatedtype Sum
  /// Half of the last place that is kept: what rounding adds.
  static var half: Sum { get }
  /// `sum + pixel * weight`.
  func added(to sum: Sum, weight: Int32) -> Sum
  /// The sum without its fraction, cut to 0...255.
  init(rounding sum: Sum)
  /// The pixel's input values: `tables[channel][value]`, zeros in the lanes beyond.
  func normalized(by tables: Span<NormalizationTable>) -> SIMD16<Float>
}

extension UInt8: ResamplePixel {
  static var half: Int32 { 1 << (ResampleWeights.precision - 1) }

  func added(to sum: Int32, weight: Int32) -> Int32 { sum &+ Int32(self) &* weight }

  init(rounding sum: Int32) { self = UInt8(clamping: sum >> ResampleWeights.precision) }

  /// A grey pixel serves every channel, as `convert("RGB")` of a grey image.
  func normalized(by tables: Span<NormalizationTable>) -> SIMD16<Float> {
    var result = SIMD16<Float>()
    for channel in tables.indices { result[channel] = tables[channel][self] }
    return result
  }
}

extension SIMD4<UInt8>: ResamplePixel {
  static var half: SIMD4<Int32> { SIMD4<Int32>(repeating: UInt8.half) }

  func added(to sum: SIMD4<Int32>, weight: Int32) -> SIMD4<Int32> {
    sum &+ SIMD4<Int32>(truncatingIfNeeded: self) &* weight
  }

  init(rounding sum: SIMD4<Int32>) {
    let whole = sum &>> ResampleWeights.precision
    self.init(truncatingIfNeeded: whole.clamped(lowerBound: .zero, upperBound: SIMD4<Int32>(repeating: 255)))
  }

  func normalized(by tables: Span<NormalizationTable>) -> SIMD16<Float> {
    var result = SIMD16<Float>()
    result[0] = tables[0][x]
    result[1] = tables[1][y]
    result[2] = tables[2][z]
    return result
  }
}

/// The input value of each of a channel's 256 pixel values: scaled to 0...1, less the mean, over the deviation, in the order of torchvision's roundings.
struct NormalizationTable {
  private var values: InlineArray<256, Float>

  init(mean: Float, deviation: Float) {
    values = InlineArray { (Float($0) / 255 - mean) / deviation }
  }

  subscript(value: UInt8) -> Float { values[Int(value)] }
}
