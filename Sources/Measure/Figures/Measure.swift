import Networks

/// A number that every activation site has. The one list of them is what the panel, the list of sites, the summary, CSV, JSON and the help read.
public struct Measure: Sendable {
  /// What is measured at a site.
  public enum Value: Sendable, Equatable {
    /// Spread over the activation functions; how many there are is left out where ``SiteFigure/functions`` says it.
    case distribution(DistributionFigure?, functions: Int? = nil)
    /// How many of all; nil where the kind of activation has no such thing.
    case share(ShareFigure?)
  }

  /// Its name in files.
  public let key: String
  /// Its name on the screen.
  public let title: String
  /// Its name on a narrow screen.
  public let narrowTitle: String
  /// Its name over a column of text.
  public let columnTitle: String
  /// What it is, a sentence.
  public let help: String
  /// A share's two counts, as files name them.
  let counts: (part: String, whole: String?)?
  /// Whether a distribution is told by its range alone, because it is asked whether there is one.
  public private(set) var isRange = false
  /// At one site.
  public let value: @Sendable (SiteFigure) -> Value

  /// All of them, in the order of files and lists.
  public static let all = [slopeDifference, slopeOutsideUnit, largeIntercept, positiveFromNegative, outputAtHalf]
  /// The groups of the panel beside the scatter, from top to bottom.
  public static let panelGroups = [
    [slopeDifference], [largeIntercept, slopeOutsideUnit, positiveFromNegative], [outputAtHalf],
  ]

  /// |a1 - a2|: the bars of Fig. 3.
  public static let slopeDifference = Measure(
    key: "slope_difference", title: "|a1-a2|", narrowTitle: "|a1-a2|", columnTitle: "|a1-a2|",
    help: "slope difference: largest minus smallest slope of an activation function", counts: nil
  ) { .distribution($0.slopeDifference) }

  /// A claim of section 5.2.
  public static let slopeOutsideUnit = Measure(
    key: "slope_outside_unit", title: "slope<0 or >1", narrowTitle: "a<0 | a>1", columnTitle: "a<0|>1",
    help: "share of activation functions with a slope below 0 or above 1", counts: ("slope_outside_unit", nil)
  ) { .share($0.slopeOutsideUnit) }

  /// Another.
  public static let largeIntercept = Measure(
    key: "intercept", title: "|b|>0.05", narrowTitle: "|b|>0.05", columnTitle: "|b|>.05",
    help: "share of activation functions with an |intercept| above 0.05", counts: ("large_intercept", nil)
  ) { .share($0.largeIntercept) }

  /// What no static ReLU does.
  public static let positiveFromNegative = Measure(
    key: "positive_from_negative", title: "x<0 with y>0", narrowTitle: "x<0, y>0", columnTitle: "x<0,y>0",
    help: "share of negative inputs with a positive output", counts: ("positive_from_negative", "negative_inputs")
  ) { .share($0.positiveFromNegative) }

  /// The test of section 5.2: a static ReLU gives 0.5 ... 0.5.
  public static let outputAtHalf = Measure(
    key: "output_at_half", title: "f(0.5)", narrowTitle: "f(0.5)", columnTitle: "f(0.5)",
    help: "p10 … p90 of what the activation functions make of x = 0.5, before any attention", counts: nil, isRange: true
  ) { .distribution($0.outputAtHalf, functions: $0.functionsAtHalf) }
}

extension Measure {
  /// The measure as members of a file's record: names and cells, in order.
  public func fields(_ figure: SiteFigure) -> [(name: String, cell: Table.Cell)] {
    switch value(figure) {
    case .distribution(let values, let functions):
      [
        (key + "_mean", .optional(values?.mean)), (key + "_deviation", .optional(values?.deviation)),
        (key + "_p10", .optional(values?.p10)), (key + "_p50", .optional(values?.p50)),
        (key + "_p90", .optional(values?.p90)),
      ] + (functions.map { [(key + "_functions", .integer($0))] } ?? [])
    case .share(let share): shareFields(share)
    }
  }

  private func shareFields(_ share: ShareFigure?) -> [(name: String, cell: Table.Cell)] {
    func count(_ count: UInt64?) -> Table.Cell { count.map(Table.Cell.count) ?? .absent }
    return (counts?.whole.map { [($0, count(share?.whole))] } ?? [])
      + (counts.map { [($0.part, count(share?.part))] } ?? []) + [(key + "_share", .optional(share?.share))]
  }
}

extension Measure {
  /// The titles of the measure's columns of text.
  public var columnTitles: [String] { isDistribution && !isRange ? [columnTitle, "p10", "p90"] : [columnTitle] }

  /// The measure in columns of text, as many as ``columnTitles``; what is not known is a dash.
  public func columns(_ figure: SiteFigure, number: (Double?) -> String, percent: (Double?) -> String) -> [String] {
    switch value(figure) {
    case .distribution(let values, _) where isRange:
      [values.map { number($0.p10) + " … " + number($0.p90) } ?? number(nil)]
    case .distribution(let values, _): [number(values?.mean), number(values?.p10), number(values?.p90)]
    case .share(let share): [percent(share?.share)]
    }
  }

  private var isDistribution: Bool { counts == nil }
}
