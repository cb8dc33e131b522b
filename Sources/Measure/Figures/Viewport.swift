import Statistics

/// The part of the (x, y) plane that a scatter shows: a centre and a half range that is a power of two.
public struct Viewport: Sendable, Equatable {
  /// x in the middle.
  public var centerX: Double
  /// y in the middle.
  public var centerY: Double
  /// The half range is 2^exponent.
  public var exponent: Int

  /// Creates a viewport; around the origin unless told.
  package init(centerX: Double = 0, centerY: Double = 0, exponent: Int) {
    self.centerX = centerX
    self.centerY = centerY
    self.exponent = exponent
  }

  /// The viewport around the origin that holds all but the outermost 0.1 % of a density's pairs on each axis; nil
  /// without pairs.
  public static func fitting(_ grid: DensityGrid) -> Viewport? {
    guard let occupied = grid.occupiedRanges(share: 0.999) else { return nil }
    let ends = [occupied.x.lowerBound, occupied.x.upperBound, occupied.y.lowerBound, occupied.y.upperBound]
    let reach = ends.map(\.magnitude).max() ?? 1
    return Viewport(exponent: Int(reach.exponent) + (reach.significand > 1 ? 1 : 0))
  }

  /// 2^exponent.
  public var halfRange: Double { Double(sign: .plus, exponent: exponent, significand: 1) }

  /// The ranges that a picture of square pixels shows.
  ///
  /// Both axes share one range, so that y = x runs from corner to corner; with `equalAspect` a unit is as long on
  /// either axis and the longer axis shows more.
  public func ranges(pixelColumns: Int, pixelRows: Int, equalAspect: Bool) -> (x: PlotRange, y: PlotRange) {
    var halfX = halfRange
    var halfY = halfRange
    if equalAspect, pixelColumns > 0, pixelRows > 0 {
      let ratio = Double(pixelColumns) / Double(pixelRows)
      if ratio > 1 { halfX *= ratio } else { halfY /= ratio }
    }
    return (
      PlotRange(lower: centerX - halfX, upper: centerX + halfX),
      PlotRange(lower: centerY - halfY, upper: centerY + halfY)
    )
  }
}

/// An axis's limits, lower below upper.
public struct PlotRange: Sendable, Equatable {
  /// The lower limit.
  public var lower: Double
  /// The upper limit.
  public var upper: Double

  /// Creates a range.
  public init(lower: Double, upper: Double) {
    precondition(lower < upper, "an axis runs upwards")
    self.lower = lower
    self.upper = upper
  }

  /// upper - lower.
  public var length: Double { upper - lower }

  /// The cell, of `count`, that a value lies in; the upper limit lies in the last one, nil for values beyond.
  package func index(of value: Double, count: Int) -> Int? {
    guard count > 0, value >= lower, value <= upper else { return nil }
    return min(count - 1, Int((value - lower) / length * Double(count)))
  }
}
