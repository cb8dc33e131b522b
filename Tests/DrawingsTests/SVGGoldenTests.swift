import Drawings
import Figures
import Foundation
import SyntheticRuns
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

private let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .appendingPathComponent("Golden/figures")

/// A figure in `Tests/Golden/figures`.
struct GoldenFigure: Sendable, CustomTestStringConvertible {
  let name: String
  let make: @Sendable () throws -> Drawing
  var testDescription: String { name }

  static let all: [GoldenFigure] = [
    GoldenFigure(name: "fig3-paper") { try Drawing(FigureOrder(), of: syntheticRun()) },
    GoldenFigure(name: "fig3-dark") {
      try Drawing(few(.fig3, theme: .dark, width: 90), of: syntheticRun())
    },
    GoldenFigure(name: "scatter-light") {
      try Drawing(few(.scatter, theme: .light, width: 120), of: syntheticRun())
    },
    GoldenFigure(name: "scatter-one-site") {
      try Drawing(FigureOrder(kind: .scatter, sites: SiteSelection(site: "5.A1"), width: 60), of: syntheticRun())
    },
    GoldenFigure(name: "bars-dynamic") {
      try Drawing(FigureOrder(kind: .bars, measure: .dynamic), of: syntheticRun())
    },
    GoldenFigure(name: "channels") {
      let order = few(.channels, width: 120)
      return try Drawing(order, of: syntheticChannels(order))
    },
    GoldenFigure(name: "compare") {
      try Drawing(
        few(.compare, width: 120), of: syntheticRun(),
        beside: syntheticRun(variant: 3, isStatic: true))
    },
    GoldenFigure(name: "static") {
      try Drawing(few(.fig3, width: 90), of: syntheticRun(variant: 3, isStatic: true))
    },
    GoldenFigure(name: "one-function") { try Drawing(few(.fig3, width: 90), of: syntheticRun(functions: 1)) },
    GoldenFigure(name: "three-functions") { try Drawing(few(.fig3, width: 90), of: syntheticRun(functions: 3)) },
    GoldenFigure(name: "no-images") { try Drawing(few(.fig3, width: 90), of: syntheticRun(images: 0)) },
    GoldenFigure(name: "foreign") { try Drawing(FigureOrder(width: 120), of: foreignRun()) },
  ]

  private static func few(_ kind: FigureKind, theme: DrawingTheme = .paper, width: Double) -> FigureOrder {
    FigureOrder(kind: kind, sites: SiteSelection(blocks: .numbers([2, 5])), theme: theme, width: width)
  }
}

@Test(
  "Figures equal those in Tests/Golden/figures (DYVIZ_UPDATE_GOLDEN=1 writes them anew)", arguments: GoldenFigure.all)
func figureEqualsGolden(_ figure: GoldenFigure) throws {
  let bytes = Data(SVGWriter.bytes(try figure.make()))
  let url = golden.appendingPathComponent(figure.name + ".svg")
  if ProcessInfo.processInfo.environment["DYVIZ_UPDATE_GOLDEN"] == "1" {
    try FileManager.default.createDirectory(at: golden, withIntermediateDirectories: true)
    try bytes.write(to: url)
  }
  #expect(try Data(contentsOf: url) == bytes)
  #expect(XMLParser(data: bytes).parse())
}
