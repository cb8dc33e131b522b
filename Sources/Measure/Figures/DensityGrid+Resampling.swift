import Statistics

extension DensityGrid {
  /// The counts under a window of the plane, spread over `rows` x `columns` cells; row 0 is the top, the largest y.
  ///
  /// A bin's pairs are taken to lie evenly over its rectangle, so a bin that several cells share (or that the window
  /// cuts) is divided by area: the cells' sum is the number of pairs in the window, whatever the cells' size. Costs by
  /// bins and cells, not by pairs.
  public func resampled(
    x: ClosedRange<Double>, y: ClosedRange<Double>, columns: Int, rows: Int
  ) -> [Double] {
    precondition(columns >= 0 && rows >= 0, "a view has no negative size")
    var cells = [Double](repeating: 0, count: columns * rows)
    guard columns > 0, rows > 0 else { return cells }
    let across = BinDivision(exponent: xExponent, window: x, cells: columns)
    let upward = BinDivision(exponent: yExponent, window: y, cells: rows)
    var line = [Double](repeating: 0, count: columns)
    for bin in upward.bins where divide(row: bin, by: across, into: &line) {
      for part in upward.parts(of: bin) {
        let first = (rows - 1 - upward.cell(part)) * columns
        let weight = upward.weights[part]
        for column in 0..<columns { cells[first + column] += weight * line[column] }
      }
    }
    return cells
  }

  /// Divides one row of bins among columns; false when the row is empty.
  private func divide(row: Int, by division: BinDivision, into line: inout [Double]) -> Bool {
    var found = false
    for bin in division.bins {
      let count = counts[row * Self.bins + bin]
      guard count > 0 else { continue }
      if !found {
        found = true
        for column in line.indices { line[column] = 0 }
      }
      for part in division.parts(of: bin) { line[division.cell(part)] += division.weights[part] * Double(count) }
    }
    return found
  }
}

/// How the bins of one axis divide among equal cells of a window.
private struct BinDivision {
  /// The bins that the window touches.
  let bins: Range<Int>
  /// For each part of a bin, the share of the bin in one cell; the parts of a bin lie in consecutive cells.
  private(set) var weights: [Double] = []
  private var cells: [Int] = []
  private var firstPart: [Int] = []

  init(exponent: Int, window: ClosedRange<Double>, cells count: Int) {
    let origin = DensityGrid.edge(0, exponent: exponent)
    let width = DensityGrid.edge(257, exponent: exponent)
    // Positions in units of bins from the axis' lower end.
    let start = (window.lowerBound - origin) / width
    let end = (window.upperBound - origin) / width
    let cell = (end - start) / Double(count)
    guard start.isFinite, end.isFinite, cell > 0, cell.isFinite else {
      bins = 0..<0
      firstPart = [0]
      return
    }
    func clamped(_ position: Double) -> Int { Int(min(max(position, 0), Double(DensityGrid.bins))) }
    bins = clamped(start.rounded(.down))..<max(clamped(start.rounded(.down)), clamped(end.rounded(.up)))
    for bin in bins {
      firstPart.append(weights.count)
      let lower = max(Double(bin), start)
      let upper = min(Double(bin + 1), end)
      var index = min(max(Int((lower - start) / cell), 0), count - 1)
      var position = lower
      while position < upper {
        let next = index == count - 1 ? upper : min(upper, start + Double(index + 1) * cell)
        if next > position {
          weights.append(next - position)
          cells.append(index)
          position = next
        }
        index += 1
        if index == count { break }
      }
    }
    firstPart.append(weights.count)
  }

  func parts(of bin: Int) -> Range<Int> { firstPart[bin - bins.lowerBound]..<firstPart[bin - bins.lowerBound + 1] }
  func cell(_ part: Int) -> Int { cells[part] }
}
