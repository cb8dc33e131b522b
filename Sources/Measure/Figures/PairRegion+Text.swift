import Statistics

extension ValueRange {
  /// The range between two numbers, its ends rounded to the fewest decimals that move none by more than a twentieth of
  /// `pixel`; nil where that leaves nothing.
  package init?(rounding range: ClosedRange<Double>, pixel: Double) {
    guard pixel > 0, pixel.isFinite else { return nil }
    var unit = 1.0
    while unit > pixel / 10 { unit /= 10 }
    while unit * 10 <= pixel / 10 { unit *= 10 }
    // Through text, so that the end is the float next to the decimal number that is shown.
    func end(_ value: Double) -> Float {
      Float(NumberText.exactly((value / unit).rounded() * unit, unit: unit)) ?? Float(value)
    }
    self.init(lower: end(range.lowerBound), upper: end(range.upperBound))
  }

  /// `2 … 2.25`; an open end is left out.
  package var text: String { "\(Self.text(lower)) … \(Self.text(upper))" }

  /// The range as the command line takes it: `2:2.25`.
  package var argument: String { "\(Self.text(lower)):\(Self.text(upper))" }

  private static func text(_ end: Float?) -> String {
    guard let end else { return "" }
    return end == end.rounded() && abs(end) < 1e6 ? String(Int(end)) : "\(end)"
  }
}

extension PairRegion {
  /// `x 2 … 2.25, y 3.1 … 3.35`.
  package var text: String { "x \(x.text), y \(y.text)" }
}

extension NumberText {
  /// A multiple of a power of ten without more decimals than it needs.
  fileprivate static func exactly(_ value: Double, unit: Double) -> String {
    var decimals = 0
    var step = unit
    while step < 0.999, decimals < 15 {
      step *= 10
      decimals += 1
    }
    return fixed(value, decimals: decimals)
  }
}
