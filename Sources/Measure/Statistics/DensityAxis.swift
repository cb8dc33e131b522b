import KernelInterface

/// The axes of a density: 512 bins over [-2^e, 2^e), where e is the smallest exponent that the data allow.
///
/// A value v asks for the smallest e from ``smallestExponent`` to ``largestExponent`` with |v| < 2^e, and an axis has
/// the largest e that any of its pairs asks for. So the ranges depend on the pairs alone, not on their order.
enum DensityAxis {
  /// Bins along an axis.
  static let bins = BinningCall.bins
  /// The exponent of an axis that saw nothing but zeros; a bin is then 2^-12 wide.
  static let smallestExponent = -4
  /// The largest exponent; pairs beyond it are counted apart.
  static let largestExponent = 20
  /// The largest range's upper end.
  static let limit: Float = 0x1p20

  /// The exponent that a finite magnitude asks for.
  static func exponent(for magnitude: Float) -> Int {
    guard magnitude > 0 else { return smallestExponent }
    return min(max(Int(magnitude.exponent) + 1, smallestExponent), largestExponent)
  }

  /// Whether the largest axis has a bin for `value`; false for NaN.
  static func holds(_ value: Float) -> Bool { value >= -limit && value < limit }

  /// The bin of a value that lies inside the axis.
  static func bin(_ value: Float, exponent: Int) -> Int {
    let width = Double(sign: .plus, exponent: exponent - 8, significand: 1)
    return Int((Double(value) / width).rounded(.down)) + bins / 2
  }

  /// The index by rows, `yBin * 512 + xBin`, of the bin whose count lies at `place`.
  static func index(at place: Int) -> Int {
    let bin = BinningCall.bin(at: place)
    return bin.row * bins + bin.column
  }
}

/// Where a density's bins go when its axes double: neighbours fall together pairwise, the centre stays.
struct DensityFold {
  /// How often the x axis doubles.
  let xShift: Int
  /// How often the y axis doubles.
  let yShift: Int

  /// Whether nothing moves.
  var isIdentity: Bool { xShift == 0 && yShift == 0 }

  /// The place of the bin that takes the pairs of the bin at `place`.
  func target(of place: Int) -> Int {
    let bin = BinningCall.bin(at: place)
    return BinningCall.place(column: folded(bin.column, xShift), row: folded(bin.row, yShift))
  }

  /// The index by rows of the bin that takes the pairs of bin `index = yBin * 512 + xBin`.
  func target(ofIndex index: Int) -> Int {
    let (row, column) = index.quotientAndRemainder(dividingBy: DensityAxis.bins)
    return folded(row, yShift) * DensityAxis.bins + folded(column, xShift)
  }

  private func folded(_ bin: Int, _ shift: Int) -> Int {
    ((bin - DensityAxis.bins / 2) >> shift) + DensityAxis.bins / 2
  }
}
