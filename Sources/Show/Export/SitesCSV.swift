import Figures
import Networks

/// `sites.csv`, read back.
enum SitesCSV {
  /// Each site's measures, by the names that a comparison has for them; the rows must be those of `places`.
  static func read(
    _ bytes: [UInt8], of places: [ExportedPlace]
  ) throws(CSVReader.Failure) -> [[(name: String, value: Double?)]] {
    var reader = try CSVReader(bytes)
    let named = try reader.placeColumns()
    var columns: [(name: String, column: Int)] = []
    for measure in Measure.all { columns.append((measure.headlineName, try reader.column(measure.headlineName))) }
    var rows: [[(name: String, value: Double?)]] = []
    while try reader.next() {
      let place = try reader.place(named)
      guard rows.count < places.count, places[rows.count] == place else {
        throw reader.failure("the sites are not those of summary.json: \(place.node) is out of place")
      }
      var values: [(name: String, value: Double?)] = []
      for (name, column) in columns { values.append((name, try reader.number(column))) }
      rows.append(values)
    }
    guard rows.count == places.count else {
      throw reader.failure("summary.json has \(places.count) sites, but here are \(rows.count)")
    }
    return rows
  }
}

extension CSVReader {
  /// The three columns that name a site in every table.
  func placeColumns() throws(Failure) -> (block: Int, site: Int, node: Int) {
    (try column("block"), try column("site"), try column("node"))
  }

  /// The site that a row is of.
  func place(_ columns: (block: Int, site: Int, node: Int)) throws(Failure) -> ExportedPlace {
    guard let block = Int(text(columns.block)) else {
      throw failure("expected a block's number, but it is \"\(text(columns.block))\"")
    }
    return ExportedPlace(place: SitePlace(block: block, site: text(columns.site)), node: text(columns.node))
  }
}
