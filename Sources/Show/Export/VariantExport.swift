import Figures
import Files

/// The files that one variant's run becomes; their columns and conventions are in `docs/exports.md`.
public enum VariantExport {
  /// Writes a run's files into the variant's own folder below `output`, all of them or none.
  ///
  /// - Parameters:
  ///   - run: The run.
  ///   - output: The folder above that of the variant.
  ///   - figures: Files with figures of it, called by ``figureName(_:)``.
  /// - Throws: as ``ExportWriter/write(_:to:)``.
  public static func write(_ run: SettledRun, below output: String, figures: [ExportFile] = []) throws {
    let files = files(run) + figures
    // A table or figure that was not asked for this time is another run's.
    let obsolete = (["channels.csv"] + figureKinds.map(figureName)).filter { name in !files.contains { $0.name == name }
    }
    try ExportWriter.write(files, to: folder(run.figure.variant, below: output), obsolete: obsolete)
  }

  /// The kinds of figures that a run's files may have beside them.
  public static let figureKinds = ["fig3", "scatter", "channels", "compare"]

  /// `screen-fig3.svg`: a name that no figure of the user's own has.
  public static func figureName(_ kind: String) -> String { "screen-\(kind).svg" }

  /// An error where a variant's files could not be written below `output`, as far as can be told without writing.
  public static func check(variant: String, below output: String) throws {
    try ExportWriter.check(folder: folder(variant, below: output), for: [])
  }

  private static func folder(_ variant: String, below output: String) -> String {
    FileSystem.join(output, ExportFolder.name(forVariant: variant))
  }

  /// Writes tables of a variant into its folder below `output`, all of them or none.
  ///
  /// - Throws: as ``ExportWriter/write(_:to:)``.
  public static func write(_ tables: [Table], variant: String, below output: String) throws {
    try ExportWriter.write(tables.map(file), to: folder(variant, below: output))
  }

  /// Writes a table that is of no variant.
  ///
  /// - Throws: as ``ExportWriter/write(_:to:)``.
  public static func write(_ table: Table, to output: String) throws {
    try ExportWriter.write([file(table)], to: output)
  }

  private static func file(_ table: Table) -> ExportFile {
    ExportFile(name: table.name + ".csv", bytes: CSV(table).bytes)
  }

  /// `scatter.csv`, a CSV file for each table, and `summary.json`.
  public static func files(_ run: SettledRun) -> [ExportFile] {
    let scatter = ExportFile(name: "scatter.csv") { emit in
      try emit(ScatterCSV.header)
      for figure in run.figure.sites {
        if let grid = run.density(of: figure.site.id) { try emit(ScatterCSV.rows(figure.site, grid)) }
      }
    }
    return [scatter] + run.tables.map(file)
      + [ExportFile(name: "summary.json", bytes: SummaryJSON.value(run).bytes)]
  }
}
