import Figures

/// The files that one variant's report becomes; their columns and conventions are in `docs/exports.md`.
public enum VariantExport {
  /// Writes a report's files into the variant's own folder below `output`, all of them or none.
  ///
  /// - Throws: as ``ExportWriter/write(_:to:)``.
  public static func write(_ report: VariantReport, below output: String) throws {
    try ExportWriter.write(files(report), to: output + "/" + ExportFolder.name(forVariant: report.variant))
  }

  /// `scatter.csv`, `slope_difference.csv`, `coefficients.csv` and `summary.json`.
  public static func files(_ report: VariantReport) -> [ExportFile] {
    [
      ExportFile(name: "scatter.csv") { emit in
        try emit(ScatterCSV.header)
        for site in report.sites { try emit(ScatterCSV.rows(site.figure.site, report.density(site.figure.site.id))) }
      },
      ExportFile(name: "slope_difference.csv", bytes: slopeDifferences(report)),
      ExportFile(name: "coefficients.csv", bytes: coefficients(report)),
      ExportFile(name: "summary.json", bytes: SummaryJSON.value(report).bytes),
    ]
  }

  private static func slopeDifferences(_ report: VariantReport) -> [UInt8] {
    var table = CSV(
      columns: [
        "block", "site", "node", "block_name", "kind", "channels", "functions", "images", "mean", "deviation", "p10",
        "p50", "p90",
      ])
    for site in report.sites {
      let difference = site.figure.slopeDifference
      table.append(
        row: site.figure.site.fields + [
          site.figure.site.activation.blockName.map(CSV.Field.text) ?? .empty, .text(site.figure.site.activation.kind),
          .integer(site.figure.site.shape.channels), site.functions.map(CSV.Field.integer) ?? .empty,
          .integer(site.figure.images),
          .number(difference?.mean), .number(difference?.deviation), .number(difference?.p10),
          .number(difference?.p50), .number(difference?.p90),
        ])
    }
    return table.bytes
  }

  private static func coefficients(_ report: VariantReport) -> [UInt8] {
    var table = CSV(
      columns: [
        "block", "site", "node", "channel", "segment", "slope_mean", "slope_deviation", "intercept_mean",
        "intercept_deviation",
      ])
    for site in report.sites {
      for coefficient in site.coefficients {
        table.append(
          row: site.figure.site.fields + [
            coefficient.channel.map(CSV.Field.integer) ?? .empty, .integer(coefficient.segment),
            .number(coefficient.slope?.mean), .number(coefficient.slope?.deviation),
            .number(coefficient.intercept?.mean), .number(coefficient.intercept?.deviation),
          ])
      }
    }
    return table.bytes
  }
}
