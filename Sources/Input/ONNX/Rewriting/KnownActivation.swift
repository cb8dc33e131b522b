import Functions

/// An activation that is told by its values on the grid.
enum KnownActivation {
  case curve(Curve, CurveScales)
  case lines(slopes: [Float], intercepts: [Float], bound: Float?)
  case parametric([Float])

  private static let tolerance = 1e-6
  private static let curves = Curve.allCases.map { curve in (curve, PointFunction.grid.map(curve.value)) }

  /// The activation with these values, one row for each channel or for all; nil if there is none, or it is x itself.
  init?(_ y: [[Double]]) {
    let grid = PointFunction.grid
    if let (curve, _) = Self.curves.first(where: { Self.isEqual(y, $0.1) }) {
      self = .curve(curve, .plain)
      return
    }
    guard let one = grid.indices.min(by: { abs(grid[$0] + 1) < abs(grid[$1] + 1) }) else { return nil }
    let slopes = y.map { $0[one] / grid[one] }
    let isRectifier = zip(y, slopes).allSatisfy { row, slope in
      Self.isEqual([row], grid.map { $0 > 0 ? $0 : slope * $0 })
    }
    if isRectifier, !slopes.contains(where: { abs($0 - 1) < Self.tolerance }) {
      self = Self.rectifier(slopes)
      return
    }
    let low = y.lazy.compactMap { $0.min() }.min() ?? 0
    let high = y.lazy.compactMap { $0.max() }.max() ?? 0
    guard low < high, high >= 0, high < grid.max() ?? 0, Self.isEqual(y, grid.map { min(max($0, low), high) }) else {
      guard
        let (curve, scales) = ScaledCurve.candidates(y[0]).first(where: { curve, scales in
          Self.isEqual(y, grid.map { scales.value(of: curve, at: $0) })
        })
      else { return nil }
      self = .curve(curve, scales)
      return
    }
    let isBelow = low > grid.min() ?? 0
    self = .lines(
      slopes: isBelow ? [1, 0] : [1], intercepts: isBelow ? [0, Float(low)] : [0], bound: Float(high))
  }

  /// x above 0, x times a number for each channel below.
  private static func rectifier(_ slopes: [Double]) -> KnownActivation {
    guard slopes.allSatisfy({ abs($0 - slopes[0]) <= tolerance }) else { return .parametric(slopes.map { Float($0) }) }
    let slope = abs(slopes[0]) < 1e-9 ? 0 : Float(slopes[0])
    return slope <= 1 ? .lines(slopes: [1, slope], intercepts: [0, 0], bound: nil) : .parametric([slope])
  }

  /// The curve of which y is a multiple, and the factor.
  static func scaledCurve(_ y: [[Double]]) -> (Curve, Double)? {
    for (curve, values) in curves {
      let factor = zip(y[0], values).reduce(0) { $0 + $1.0 * $1.1 } / values.reduce(0) { $0 + $1 * $1 }
      if factor != 0, factor.isFinite, isEqual(y.map { $0.map { $0 / factor } }, values) { return (curve, factor) }
    }
    return nil
  }

  /// To single precision, at every number of the grid.
  private static func isEqual(_ y: [[Double]], _ wanted: [Double]) -> Bool {
    y.allSatisfy { row in zip(row, wanted).allSatisfy { abs($0 - $1) <= tolerance * max(abs($1), 1) } }
  }
}
