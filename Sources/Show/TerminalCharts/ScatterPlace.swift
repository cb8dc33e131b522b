import Figures
import Terminal

/// Where a scatter's parts lie in its rectangle, and which part of the plane its picture shows.
package struct ScatterPlace: Sendable {
  /// The picture without its axes.
  package let picture: CellRect
  /// Two rows for the x axis; nil without one.
  let axis: CellRect?
  /// What the picture shows.
  package let x: PlotRange
  package let y: PlotRange

  /// Values across a pixel: a cell wide, half a cell high.
  package var pixelWidth: Double { x.length / Double(max(1, picture.width)) }
  package var pixelHeight: Double { y.length / Double(max(1, 2 * picture.height)) }

  /// What lies under the upper half of a cell; nil outside the picture.
  package func value(column: Int, row: Int) -> (x: Double, y: Double)? {
    guard picture.columns.contains(column), picture.rows.contains(row) else { return nil }
    return (
      x.lower + (Double(column - picture.x) + 0.5) * pixelWidth,
      y.upper - (Double(2 * (row - picture.y)) + 1) * pixelHeight
    )
  }
}

extension ScatterPlot {
  /// Where the parts lie in a rectangle.
  package func place(in rect: CellRect) -> ScatterPlace {
    var picture = rect
    let axisRows = showsXAxis && rect.height > 4 ? picture.takeBottom(2) : nil
    let ticks = AxisTicks(
      viewport.ranges(pixelColumns: rect.width, pixelRows: picture.height * 2, equalAspect: equalAspect).y,
      count: max(2, picture.height / 5))
    let gutter = showsYLabels ? max(axisRows == nil ? 4 : 6, (ticks.labels.map(\.count).max() ?? 0) + 2) : 0
    picture = CellRect(x: rect.x + gutter, y: picture.y, width: rect.width - gutter, height: picture.height)
    let (x, y) = viewport.ranges(
      pixelColumns: picture.width, pixelRows: picture.height * 2, equalAspect: equalAspect)
    return ScatterPlace(picture: picture, axis: axisRows, x: x, y: y)
  }
}

/// A part of the plane that is pointed at: a box, with arms that show where it is.
package struct PlotMark: Sendable, Equatable {
  /// The box.
  package var x: ClosedRange<Double>
  package var y: ClosedRange<Double>

  package init(x: ClosedRange<Double>, y: ClosedRange<Double>) { (self.x, self.y) = (x, y) }

  /// The pixels of the box's rim and of its arms, `row * columns + column` from the top.
  func pixels(x range: PlotRange, y yRange: PlotRange, columns: Int, rows: Int) -> Set<Int> {
    func place(_ value: Double, _ range: PlotRange, _ count: Int) -> Int {
      Int(((value - range.lower) / range.length * Double(count)).rounded(.down).clamped(to: -2...Double(count) + 2))
    }
    // Half a thousandth of a pixel inwards: an edge on a pixel's edge is that pixel's.
    let inset = (range.length / Double(columns) / 2000, yRange.length / Double(rows) / 2000)
    let left = place(x.lowerBound + inset.0, range, columns)
    let right = max(left, place(x.upperBound - inset.0, range, columns))
    let bottom = rows - 1 - place(y.lowerBound + inset.1, yRange, rows)
    let top = min(bottom, rows - 1 - place(y.upperBound - inset.1, yRange, rows))
    var pixels: Set<Int> = []
    func add(_ column: Int, _ row: Int) {
      if (0..<columns).contains(column), (0..<rows).contains(row) { pixels.insert(row * columns + column) }
    }
    for column in left...right { for row in [top, bottom] { add(column, row) } }
    for row in top...bottom { for column in [left, right] { add(column, row) } }
    for step in 2..<2 + Self.arm {
      let (column, row) = ((left + right) / 2, (top + bottom) / 2)
      for end in [left - step, right + step] { add(end, row) }
      for end in [top - step, bottom + step] { add(column, end) }
    }
    return pixels
  }

  /// Pixels of an arm, which begins a pixel away from the box.
  private static let arm = 3
}

extension Double {
  fileprivate func clamped(to range: ClosedRange<Double>) -> Double {
    isNaN ? range.lowerBound : min(max(self, range.lowerBound), range.upperBound)
  }
}
