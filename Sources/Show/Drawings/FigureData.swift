import Export
import Figures

/// The files with the numbers of a figure, beside it.
public enum FigureData {
  /// `NAME.vl.json` and a CSV file for each table, `NAME.scatter.csv` and so on.
  public static func files(
    _ order: FigureOrder, of run: SettledRun, beside other: SettledRun? = nil, name: String
  ) throws(FigureFailure) -> [ExportFile] {
    files(try FigureContent(order, of: run, beside: other), order, name: name)
  }

  /// What those files may be called, whatever the figure shows.
  public static func names(_ name: String) -> [String] {
    ["scatter.csv", "functions.csv", "bars.csv", "kinds.csv", "vl.json"].map { "\(name).\($0)" }
  }

  package static func files(_ content: FigureContent, _ order: FigureOrder, name: String) -> [ExportFile] {
    let specification = VegaLite(content: content, order: order) { "\(name).\($0).csv" }.json
    return content.tables.map { table in ExportFile(name: "\(name).\(table.name).csv", bytes: CSV(table).bytes) }
      + [ExportFile(name: "\(name).vl.json", bytes: specification.bytes)]
  }
}
