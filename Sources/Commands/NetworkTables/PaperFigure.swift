/// A number as the paper prints it, `59.2M` or `3.86G`.
package struct PaperFigure: ExpressibleByStringLiteral {
  /// As printed.
  package let text: String
  /// Its value.
  package let value: Double
  /// Half of its last digit's worth: what rounding hides.
  package let halfUnit: Double

  /// Takes digits, perhaps with a point, and `M` or `G`.
  package init(stringLiteral text: String) {
    let scale: Double = text.hasSuffix("G") ? 1e9 : 1e6
    guard let number = Double(text.dropLast()), text.hasSuffix("G") || text.hasSuffix("M") else {
      preconditionFailure("\(text) is no figure in M or G")
    }
    let digits = text.firstIndex(of: ".").map { text.distance(from: $0, to: text.endIndex) - 2 } ?? 0
    self.text = text
    value = number * scale
    halfUnit = (0..<digits).reduce(scale / 2) { unit, _ in unit / 10 }
  }

  /// The difference of a count from this figure, relative to it.
  package func difference(of count: Int) -> Double { Double(count) / value - 1 }

  /// Whether a count is this figure but for rounding, or within 1 % of it.
  package func agrees(with count: Int) -> Bool {
    (Double(count) - value).magnitude <= halfUnit || difference(of: count).magnitude <= 0.01
  }

  /// A count in this figure's unit, with a digit more.
  package func inUnit(_ count: Int) -> String {
    let places = text.firstIndex(of: ".").map { text.distance(from: $0, to: text.endIndex) - 1 } ?? 1
    return NumberText.fixed(Double(count) / (text.hasSuffix("G") ? 1e9 : 1e6), places: places) + String(text.suffix(1))
  }
}
