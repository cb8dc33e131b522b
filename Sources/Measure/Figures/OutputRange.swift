import Statistics

/// How far the outputs y spread at one input x: the dynamic range of section 5.2. A static activation gives one value.
public struct OutputRange: Sendable, Equatable {
  /// Lower edge of the x bin that was read.
  public var xLower: Double
  /// Upper edge of the x bin, not in it.
  public var xUpper: Double
  /// Pairs in the bin.
  public var pairs: UInt64
  /// 10th percentile of y; like the others, off by less than the width of a y bin.
  public var p10: Double
  /// Median of y.
  public var p50: Double
  /// 90th percentile of y.
  public var p90: Double

  /// The outputs at `x`, from the column of bins that holds it; nil when x lies outside the grid or nothing was counted there.
  public init?(_ grid: DensityGrid, x: Double) {
    let width = grid.xEdge(1) - grid.xEdge(0)
    let position = ((x - grid.xEdge(0)) / width).rounded(.down)
    guard position >= 0, position < Double(DensityGrid.bins) else { return nil }
    let column = Int(position)
    let counts = (0..<DensityGrid.bins).map { grid.counts[$0 * DensityGrid.bins + column] }
    let outputs = BinnedDistribution(
      counts: counts, origin: grid.yEdge(0), width: grid.yEdge(1) - grid.yEdge(0))
    guard let p10 = outputs.percentile(0.1), let p50 = outputs.percentile(0.5), let p90 = outputs.percentile(0.9)
    else { return nil }
    xLower = grid.xEdge(column)
    xUpper = grid.xEdge(column + 1)
    pairs = outputs.total
    self.p10 = p10
    self.p50 = p50
    self.p90 = p90
  }
}
