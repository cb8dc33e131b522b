import Figures

/// The graph of a function in one line of braille, to be told from others at a glance.
package enum FunctionSketch {
  /// The graph over a range of x, each to its own scale, so that its bend is seen: the smallest value is on the lowest
  /// of the four dots, the largest on the highest, others on the nearest. What rises and falls by less than a quarter
  /// of the range's length looks as flat as it is.
  package static func text(_ function: PiecewiseLinear, x: PlotRange, columns: Int) -> String {
    let values = (0...columns * 2).map { function(x.lower + Double($0) / Double(columns * 2) * x.length) }
    guard let lowest = values.min(), let highest = values.max(), lowest.isFinite, highest.isFinite else {
      return String(repeating: " ", count: columns)
    }
    let step = max(highest - lowest, x.length / 4) / 3
    let (lower, upper) = (lowest - step / 2, lowest + 3.5 * step)
    guard lower < upper else { return String(repeating: " ", count: columns) }
    var dots = LineDots(columns: columns, rows: 1)
    dots.add(function, x: x, y: PlotRange(lower: lower, upper: upper))
    return dots.text(row: 0)
  }
}
