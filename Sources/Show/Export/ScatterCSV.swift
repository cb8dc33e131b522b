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
    let start = site.nameCells.map(CSV.text).joined(separator: ",") + ","
    // Both edges of each bin as text, once for each axis.
    func edges(_ edge: (Int) -> Double) -> [String] {
      (0..<DensityGrid.bins).map { "\(edge($0)),\(edge($0 + 1))," }
    }
    let columns = edges(grid.xEdge)
    let rows = edges(grid.yEdge)
    for (index, count) in grid.counts.enumerated() where count > 0 {
      table.append(line: start + columns[index % DensityGrid.bins] + rows[index / DensityGrid.bins] + String(count))
    }
    return table.bytes
  }
}
