/// The marks of an axis and their labels: multiples of a power of two, like the axis's limits.
public struct AxisTicks: Sendable, Equatable {
  /// Values, ascending, within the axis's limits.
  public let values: [Double]
  /// Their labels, all with the same number of decimals, at most four.
  public let labels: [String]

  /// Chooses marks at the smallest step that makes no more than `count` intervals.
  public init(_ range: PlotRange, count: Int) {
    let wanted = range.length / Double(max(1, count))
    let exponent = Int(wanted.exponent) + (wanted.significand > 1 ? 1 : 0)
    let step = Double(sign: .plus, exponent: exponent, significand: 1)
    let first = (range.lower / step).rounded(.up)
    let last = (range.upper / step).rounded(.down)
    guard first <= last, last - first <= 1000, first.magnitude < 1e15, last.magnitude < 1e15 else {
      values = []
      labels = []
      return
    }
    values = (Int(first)...Int(last)).map { Double($0) * step }
    labels = values.map {
      exponent < -12 ? NumberText.scientific($0) : NumberText.fixed($0, decimals: min(4, max(0, -exponent)))
    }
  }
}
