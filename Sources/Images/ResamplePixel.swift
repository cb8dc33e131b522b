/// A pixel that can be filtered: one grey value, or red, green, blue and an unused lane.
protocol ResamplePixel: Blank {
  /// One 32-bit number for each lane.
  associatedtype Sum
  static var zero: Sum { get }
  /// `sum + pixel * factor`.
  func added(to sum: Sum, factor: Int16) -> Sum
  /// Joins the sums of the weights' upper and lower parts, rounds away the fraction and cuts to 0...255.
  init(upper: Sum, lower: Sum)
  /// The pixel's input values by a ``NormalizationTable``.
  func normalized(by table: Span<Float>) -> (Float, Float, Float)
}

/// Half of the last place that is kept: what rounding adds.
private let half = Int32(1) << (ResampleWeight.precision - 1)

extension UInt8: ResamplePixel {
  static var zero: Int32 { 0 }

  @inline(__always)
  func added(to sum: Int32, factor: Int16) -> Int32 { sum &+ Int32(self) &* Int32(factor) }

  @inline(__always)
  init(upper: Int32, lower: Int32) {
    let sum = upper &<< ResampleWeight.lowerBits &+ lower &+ half
    self = UInt8(clamping: sum &>> ResampleWeight.precision)
  }

  /// A grey pixel serves every channel, as `convert("RGB")` of a grey image.
  @inline(__always)
  func normalized(by table: Span<Float>) -> (Float, Float, Float) { Images.normalized(self, self, self, by: table) }
}

extension SIMD4<UInt8>: ResamplePixel {
  static var zero: SIMD4<Int32> { SIMD4<Int32>() }

  @inline(__always)
  func added(to sum: SIMD4<Int32>, factor: Int16) -> SIMD4<Int32> {
    sum &+ SIMD4<Int32>(truncatingIfNeeded: self) &* SIMD4<Int32>(repeating: Int32(factor))
  }

  @inline(__always)
  init(upper: SIMD4<Int32>, lower: SIMD4<Int32>) {
    let sum = upper &<< ResampleWeight.lowerBits &+ lower &+ SIMD4<Int32>(repeating: half)
    let whole = sum &>> ResampleWeight.precision
    self.init(truncatingIfNeeded: whole.clamped(lowerBound: .zero, upperBound: SIMD4<Int32>(repeating: 255)))
  }

  @inline(__always)
  func normalized(by table: Span<Float>) -> (Float, Float, Float) { Images.normalized(x, y, z, by: table) }
}
