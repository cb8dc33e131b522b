import Statistics

extension DensityGrid {
  /// The smallest ranges of whole bins that hold at least `share` of the pairs of each axis, the tails cut evenly; nil
  /// without pairs.
  public func occupiedRanges(share: Double = 1) -> (x: ClosedRange<Double>, y: ClosedRange<Double>)? {
    var columns = [UInt64](repeating: 0, count: Self.bins)
    var rows = [UInt64](repeating: 0, count: Self.bins)
    for row in 0..<Self.bins {
      for column in 0..<Self.bins {
        let count = counts[row * Self.bins + column]
        columns[column] += count
        rows[row] += count
      }
    }
    guard let x = Self.occupied(columns, share: share), let y = Self.occupied(rows, share: share) else { return nil }
    return (xEdge(x.lowerBound)...xEdge(x.upperBound), yEdge(y.lowerBound)...yEdge(y.upperBound))
  }

  /// The bins left after (1 - share) / 2 of the values, at most, is cut from each end.
  private static func occupied(_ counts: [UInt64], share: Double) -> Range<Int>? {
    let total = counts.reduce(0, &+)
    guard total > 0 else { return nil }
    let cut = UInt64(Double(total) * min(max(1 - share, 0), 0.999) / 2)
    func kept(_ order: some Sequence<Int>) -> Int? {
      var passed: UInt64 = 0
      return order.first { bin in
        passed += counts[bin]
        return passed > cut
      }
    }
    guard let first = kept(0..<bins), let last = kept((0..<bins).reversed()) else { return nil }
    return first..<last + 1
  }
}
