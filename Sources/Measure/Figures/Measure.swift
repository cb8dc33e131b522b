import Networks
import Statistics

/// A number that every activation site has. The one list of them is what the panel, the list of sites, the summary,
/// CSV, JSON and the help read.
public struct Measure: Sendable {
  /// What is measured at a site.
  public enum Value: Sendable, Equatable {
    /// Spread over the activation functions; how many there are is left out where ``SiteFigure/functions`` says it.
    case distribution(DistributionFigure?, functions: Int? = nil)
    /// How many of all; nil where the kind of activation has no such thing.
    case share(ShareFigure?)
    /// One number for the site; nil where the kind of activation has no such thing, or nothing is known.
    case number(Double?)
  }

  /// How it is told in few numbers.
  public enum Form: Sendable, Equatable {
    /// A distribution by its mean, then its range.
    case mean
    /// A distribution by its range alone, because it is asked whether there is one.
    case range
    /// A share by its percentage; files have both counts, the whole only where no other column says it.
    case share(part: String, whole: String?)
    /// A number by itself.
    case number
  }

  /// Its name in files.
  public let key: String
  /// Its name on the screen.
  public let title: String
  /// Its name on a narrow screen.
  public let narrowTitle: String
  /// Its name over a column of text.
  public let columnTitle: String
  /// What it is, for the help and below the summary: no sentence, at most 52 characters.
  public let help: String
  /// How it is told.
  public let form: Form
  /// Why an activation has no such number, for the screen; nil where it has one, or nothing is to be said.
  public private(set) var absence: @Sendable (Activation) -> String? = { _ in nil }
  /// At one site.
  public let value: @Sendable (SiteFigure) -> Value

  /// All of them, in the order of files and lists.
  public static let all = [
    slopeDifference, slopeOutsideUnit, largeIntercept, positiveFromNegative, outputAtHalf, dynamicScore,
  ]
  /// The groups of the panel beside the scatter, from top to bottom.
  public static let panelGroups = [
    [slopeDifference, dynamicScore], [largeIntercept, slopeOutsideUnit, positiveFromNegative], [outputAtHalf],
  ]

  /// |a1 - a2|: the bars of Fig. 3.
  public static let slopeDifference = Measure(
    key: "slope_difference", title: "|a1-a2|", narrowTitle: "|a1-a2|", columnTitle: "|a1-a2|",
    help: "largest minus smallest slope; bars: mean, p10-p90", form: .mean, absence: \.slopeDifferenceAbsence
  ) { .distribution($0.slopeDifference) }

  /// A claim of section 5.2.
  public static let slopeOutsideUnit = Measure(
    key: "slope_outside_unit", title: "slope<0 or >1", narrowTitle: "a<0 | a>1", columnTitle: "a<0|>1",
    help: "share of functions with such a slope (a<0 | a>1)", form: .share(part: "slope_outside_unit", whole: nil)
  ) { .share($0.slopeOutsideUnit) }

  /// Another.
  public static let largeIntercept = Measure(
    key: "intercept", title: "|b|>\(interceptLimit)", narrowTitle: "|b|>\(interceptLimit)",
    columnTitle: "|b|>\(interceptLimit.dropFirst())",
    help: "share of functions with such an intercept", form: .share(part: "large_intercept", whole: nil)
  ) { .share($0.largeIntercept) }

  /// What no static ReLU does.
  public static let positiveFromNegative = Measure(
    key: "positive_from_negative", title: "x<0 with y>0", narrowTitle: "x<0, y>0", columnTitle: "x<0,y>0",
    help: "share of negative inputs with a positive output",
    form: .share(part: "positive_from_negative", whole: "negative_inputs")
  ) { .share($0.positiveFromNegative) }

  /// The test of section 5.2: a static ReLU gives 0.5 ... 0.5.
  public static let outputAtHalf = Measure(
    key: "output_at_half", title: "f(0.5)", narrowTitle: "f(0.5)", columnTitle: "f(0.5)",
    help: "p10 … p90 of what functions make of x = 0.5", form: .range
  ) { .distribution($0.outputAtHalf, functions: $0.functionsAtHalf) }

  /// How much slopes change from image to image.
  public static let dynamicScore = Measure(
    key: "dynamic_score", title: "dynamic", narrowTitle: "dynamic", columnTitle: "dynamic",
    help: "how far slopes vary over images, root mean square", form: .number
  ) { .number($0.dynamicScore) }

  /// What ``ChannelFigure/byClass`` and ``RunFigure/byClass(of:)`` are called; it takes a question of its own, so that
  /// it is not among the measures that every site has.
  package static let byClassTitle = "by class"
  /// What it is, for the help.
  package static let byClassHelp = "share of the slopes' variance between classes"

  /// Above which an intercept counts as large.
  public static let interceptLimit = "\(CoefficientStatistics.interceptLimit)"
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
    case .number(let number): [(key, .optional(number))]
    }
  }

  private func shareFields(_ share: ShareFigure?) -> [(name: String, cell: Table.Cell)] {
    guard case .share(let part, let whole) = form else { return [] }
    func count(_ count: UInt64?) -> Table.Cell { count.map(Table.Cell.count) ?? .absent }
    return (whole.map { [($0, count(share?.whole))] } ?? [])
      + [(part, count(share?.part)), (key + "_share", .optional(share?.share))]
  }
}

extension Measure {
  /// The titles of the measure's columns of text.
  public var columnTitles: [String] { form == .mean ? [columnTitle, "p10", "p90"] : [columnTitle] }

  /// The measure in columns of text, as many as ``columnTitles``; what is not known is a dash.
  public func columns(_ figure: SiteFigure, number: (Double?) -> String, percent: (Double?) -> String) -> [String] {
    switch value(figure) {
    case .distribution(let values, _) where form == .range:
      [values.map { number($0.p10) + " … " + number($0.p90) } ?? number(nil)]
    case .distribution(let values, _): [number(values?.mean), number(values?.p10), number(values?.p90)]
    case .share(let share): [percent(share?.share)]
    case .number(let value): [number(value)]
    }
  }

  /// The numbers behind ``columns(_:number:percent:)``, to sort by: of a range its length; nil where one is not known.
  public func columnValues(_ figure: SiteFigure) -> [Double?] {
    switch value(figure) {
    case .distribution(let values, _) where form == .range: [values.map { $0.p90 - $0.p10 }]
    case .distribution(let values, _): [values?.mean, values?.p10, values?.p90]
    case .share(let share): [share?.share]
    case .number(let value): [value]
    }
  }
}
