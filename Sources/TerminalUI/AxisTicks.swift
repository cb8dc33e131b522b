/// The marks of an axis: values at 1, 2 or 5 times a power of ten, and their labels.
public struct AxisTicks: Sendable, Equatable {
  /// Values, ascending, within the axis's limits.
  public let values: [Double]
  /// Their labels, all with the same number of decimals.
  public let labels: [String]

  /// Chooses at most `count` + 1 marks.
  public init(_ range: PlotRange, count: Int) {
    var power = 1.0
    var decimals = 0
    let wanted = range.length / Double(max(1, count))
    while power * 10 <= wanted { power *= 10 }
    while power > wanted, decimals < 12 {
      power /= 10
      decimals += 1
    }
    var step = power
    for factor in [2.0, 5, 10] where step < wanted * 0.999 {
      step = factor * power
      if factor == 10 { decimals = max(0, decimals - 1) }
    }
    let first = (range.lower / step - 1e-9).rounded(.up)
    let last = (range.upper / step + 1e-9).rounded(.down)
    values = last - first > 1000 || first > last ? [] : (Int(first)...Int(last)).map { Double($0) * step }
    labels = values.map { NumberText.fixed($0, decimals: decimals) }
  }
}
