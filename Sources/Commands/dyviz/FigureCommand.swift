import ArgumentParser
import CairoDrawings
import Drawings
import Export
import Figures
import Networks
import PlainText
import Statistics
import Streaming

/// `dyviz figure`: Fig. 3 of the paper, and what else the screen shows, for the user's own network as a file.
struct FigureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "figure",
    abstract: "Draw Fig. 3 of the paper, or another figure of a run, as SVG, PDF or PNG.",
    usage: """
      dyviz figure MODEL... IMAGES --output FILE.svg|.pdf|.png [--kind fig3|scatter|bars|channels] [--blocks odd|all|1,5,9]
                   [--site A2] [--bars MEASURE] [--theme paper|light|dark] [--width 160mm] [--data] [--variant NAME]
      dyviz figure MODEL... IMAGES --output FILE --kind compare --variants A B ...
      dyviz figure RUN --output FILE ...
      """,
    discussion: """
      fig3 is the paper's: outputs over inputs with y = x and y = -x, below them |a1-a2| of every block with p10 to p90. \
      scatter and bars are its two parts, channels draws each channel's function at its mean slopes and intercepts, compare \
      two variants and their difference. docs/figures.md shows them.
      """)

  @OptionGroup var source: FigureRunOptions

  @OptionGroup var shown: FigureOptions

  @Option(
    help: ArgumentHelp("The file to write; its ending says what it is: .svg, .pdf or .png.", valueName: "file"),
    completion: .file(extensions: ["svg", "pdf", "png"]))
  var output: String

  @Option(help: "Dots an inch of a PNG file.")
  var dpi = 300.0

  @Flag(
    help: "Write the numbers that are drawn beside the file, as CSV, with a Vega-Lite specification that draws them.")
  var data = false

  /// The file formats by their endings.
  enum Format: String, CaseIterable {
    case svg, pdf, png

    init?(path: String) {
      guard let ending = path.split(separator: ".", omittingEmptySubsequences: false).last, path.contains(".") else {
        return nil
      }
      self.init(rawValue: ending.lowercased())
    }
  }

  func validate() throws {
    guard Format(path: output) != nil else {
      throw ValidationError("--output must end in .svg, .pdf or .png, but is \(output.escaped)")
    }
    guard (30...1200).contains(dpi) else { throw ValidationError("--dpi must be 30 to 1200") }
    guard (shown.kind == .compare) == (source.variants.count == 2) else {
      throw ValidationError("--kind compare and --variants A B go together")
    }
  }

  func run() throws {
    guard let format = Format(path: output) else { throw ValidationError("--output must end in .svg, .pdf or .png") }
    let path = try OutputPath(output)
    let name = String(path.name.dropLast(format.rawValue.count + 1))
    guard !name.isEmpty else { throw ValidationError("--output must have a name before its ending") }
    if data { try ExportWriter.check(folder: path.folder, for: FigureData.names(name)) }
    let fonts = format == .svg ? nil : Fonts()
    try fonts?.check()
    var order = shown.order
    if format == .png { order.dotsPerInch = dpi }
    let (run, other) = try source.runs(order)
    let drawing = try Drawing(order, of: run, beside: other)
    let bytes =
      switch (format, fonts) {
      case (.pdf, let fonts?): try CairoWriter.pdf(drawing, fonts: fonts)
      case (.png, let fonts?): try CairoWriter.png(drawing, dotsPerInch: dpi, fonts: fonts)
      default: SVGWriter.bytes(drawing)
      }
    let numbers = data ? try FigureData.files(order, of: run, beside: other, name: name) : []
    try ExportWriter.write([ExportFile(name: path.name, bytes: bytes)] + numbers, to: path.folder)
    let written = ([path.name] + numbers.map(\.name)).joined(separator: ", ")
    try Console.print("\(written)\n\(drawing.title)\n\(drawing.description)")
  }
}

/// What a figure shows, on the command line.
struct FigureOptions: ParsableArguments {
  @Option(help: "What is drawn: fig3, scatter, bars, channels or compare.")
  var kind = FigureKind.fig3

  @Option(
    help: ArgumentHelp(
      "Blocks with a scatter: odd (those of the paper), all, or numbers, as 1,5,9.", valueName: "blocks"),
    transform: SiteSelection.Blocks.init(argument:))
  var blocks = SiteSelection.Blocks.odd

  @Option(help: "The activation in each block, as A2; or a single one, as 5.A2 or by its node.")
  var site: String?

  @Option(
    help: """
      What bars measure: slope-difference (|a1-a2|), dynamic (how far slopes vary over the images), by-class, or frozen (what top-1 \
      loses where a site is frozen at its mean). The last two go through the images again.
      """)
  var bars = BarMeasure.slopeDifference

  @Option(help: "How inputs on a pixel become colours: log, linear or equalised.")
  var density = DensityScale.log

  @Option(help: "The colours: paper (black on white), light or dark.")
  var theme = DrawingTheme.paper

  @Option(
    help: ArgumentHelp("The figure's width, with its unit: mm, cm, in or pt.", valueName: "length"),
    transform: SheetLength.init(argument:))
  var width = SheetLength(millimeters: 160)

  var order: FigureOrder {
    FigureOrder(
      kind: kind, sites: SiteSelection(blocks: blocks, site: site), measure: bars, scale: density, theme: theme,
      width: width.millimeters)
  }
}

extension SheetLength {
  /// A width that a figure can have.
  init(argument: String) throws {
    guard let length = SheetLength(argument) else {
      throw ValidationError("must be a length with its unit, as 160mm, 8.4cm, 6.3in or 455pt")
    }
    let widths = FigureOrder.widths
    guard widths.contains(length.millimeters) else {
      throw ValidationError("must be \(Int(widths.lowerBound)) to \(Int(widths.upperBound)) mm")
    }
    self = length
  }
}

extension SiteSelection.Blocks {
  /// `odd`, `all` or `1,5,9`.
  init(argument: String) throws {
    switch argument {
    case "odd": self = .odd
    case "all": self = .all
    default:
      let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
      guard numbers.allSatisfy({ $0 != nil }) else {
        throw ValidationError("must be odd, all, or numbers of blocks with commas between, as 1,5,9")
      }
      self = .numbers(numbers.compactMap { $0 })
    }
  }
}

extension FigureKind: ExpressibleByArgument {}
extension DrawingTheme: ExpressibleByArgument {}
extension DensityScale: ExpressibleByArgument {}

extension BarMeasure: ExpressibleByArgument {
  private var word: String {
    switch self {
    case .slopeDifference: "slope-difference"
    case .dynamic: "dynamic"
    case .byClass: "by-class"
    case .effect: "frozen"
    }
  }

  package init?(argument: String) {
    guard let measure = Self.allCases.first(where: { $0.word == argument }) else { return nil }
    self = measure
  }

  package var defaultValueDescription: String { word }

  package static var allValueStrings: [String] { allCases.map(\.word) }
}
