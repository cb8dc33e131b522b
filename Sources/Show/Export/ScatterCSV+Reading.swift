import Figures
import Networks
import Statistics

extension ScatterCSV {
  /// Each site's density.
  ///
  /// - Parameters:
  ///   - bytes: The file.
  ///   - places: The sites that it may name.
  ///   - pairs: How many pairs each must have.
  static func read(
    _ bytes: [UInt8], of places: [ExportedPlace], pairs: [UInt64]
  ) throws(CSVReader.Failure) -> [DensityGrid?] {
    var reader = try CSVReader(bytes)
    guard reader.columns == columns else {
      throw CSVReader.Failure(line: 1, problem: "expected the columns \(columns.joined(separator: ","))")
    }
    var grids = [GridReader?](repeating: nil, count: places.count)
    // The rows of a site follow each other: its name is looked up once.
    var current: (name: ArraySlice<UInt8>, site: Int) = ([], 0)
    while try reader.next() {
      if reader.raw(0...2) != current.name {
        let place = try reader.place((0, 1, 2))
        guard let site = places.firstIndex(of: place) else {
          throw reader.failure("summary.json has no site \(place.node)")
        }
        current = (reader.raw(0...2), site)
      }
      if grids[current.site] == nil { grids[current.site] = try GridReader(reader) }
      try grids[current.site]?.add(reader)
    }
    for (index, place) in places.enumerated() {
      let found = grids[index]?.total ?? 0
      guard found == pairs[index] else {
        throw reader.failure("summary.json counts \(pairs[index]) pairs of \(place.node), but here are \(found)")
      }
    }
    return grids.map { $0?.grid }
  }
}

/// A density that is put together bin by bin.
private struct GridReader {
  private let x: AxisReader
  private let y: AxisReader
  private var counts = [UInt64](repeating: 0, count: DensityGrid.bins * DensityGrid.bins)
  /// Pairs in the bins.
  private(set) var total: UInt64 = 0

  /// Takes the axes from a site's first row.
  init(_ row: CSVReader) throws(CSVReader.Failure) {
    x = try AxisReader(row, column: 3)
    y = try AxisReader(row, column: 5)
  }

  /// Adds a row's bin.
  mutating func add(_ row: CSVReader) throws(CSVReader.Failure) {
    let (place, count) = (try y.bin(row) * DensityGrid.bins + x.bin(row), try row.count(7))
    let (sum, isTooLarge) = total.addingReportingOverflow(count)
    guard count > 0, counts[place] == 0, !isTooLarge else {
      throw row.failure("expected a bin that comes once, with pairs in it")
    }
    counts[place] = count
    total = sum
  }

  var grid: DensityGrid { DensityGrid(xExponent: x.exponent, yExponent: y.exponent, counts: counts) }
}

/// An axis as its bins' edges tell it: 512 bins of one width, a power of two, around 0.
private struct AxisReader {
  /// The half range is 2^exponent.
  let exponent: Int
  /// The column of a bin's lower edge; its upper edge stands in the next.
  private let column: Int
  private let width: Double

  init(_ row: CSVReader, column: Int) throws(CSVReader.Failure) {
    self.column = column
    guard let lower = try row.number(column), let upper = try row.number(column + 1), upper > lower,
      (upper - lower).significand == 1
    else { throw row.failure("expected the edges of a bin, a power of two apart") }
    width = upper - lower
    exponent = Int(width.exponent) + 8
  }

  func bin(_ row: CSVReader) throws(CSVReader.Failure) -> Int {
    guard let lower = try row.number(column), let upper = try row.number(column + 1), upper - lower == width,
      let index = Int(exactly: lower / width + Double(DensityGrid.bins / 2)), (0..<DensityGrid.bins).contains(index)
    else { throw row.failure("expected the edges of one of \(DensityGrid.bins) bins, each \(width) wide") }
    return index
  }
}
