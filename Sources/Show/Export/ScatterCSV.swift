import Figures
import Networks
import Statistics

/// `scatter.csv`: one row for each bin of each site's density that is not empty.
enum ScatterCSV {
  static let columns = ["block", "site", "node", "x_min", "x_max", "y_min", "y_max", "count"]

  static var header: [UInt8] { CSV(columns: columns).bytes }

  /// One site's rows, by rising y, then rising x.
  static func rows(_ site: ActivationSite, _ grid: DensityGrid) -> [UInt8] {
    var table = CSV()
    let start = Array((site.nameCells.map(CSV.text).joined(separator: ",") + ",").utf8)
    // Both edges of each bin as text, once for each axis: there are hundreds of thousands of rows.
    func edges(_ edge: (Int) -> Double) -> [[UInt8]] {
      (0..<DensityGrid.bins).map { Array("\(edge($0)),\(edge($0 + 1)),".utf8) }
    }
    let columns = edges(grid.xEdge)
    let rows = edges(grid.yEdge)
    for (index, count) in grid.counts.enumerated() where count > 0 {
      table.append(start, columns[index % DensityGrid.bins], rows[index / DensityGrid.bins], count)
    }
    return table.bytes
  }
}
