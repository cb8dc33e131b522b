import Figures
import Networks

/// `summary.json`: everything but the tables.
enum SummaryJSON {
  /// The version of all export files together; it changes when a column or member changes its meaning or goes.
  static let format = 2

  static func value(_ run: SettledRun) -> JSON {
    let report = run.figure
    let classification = report.classification
    let run: [(name: String, value: JSON)] = [
      ("format", .integer(format)),
      ("model", .text(report.model)),
      ("variant", .text(report.variant)),
      ("exact", .flag(run.isExact)),
      ("instruction_set", run.instructionSet.map(JSON.text) ?? .null),
    ]
    let found: [(name: String, value: JSON)] = [
      ("images", .integer(classification.images)),
      ("skipped", .integer(report.skipped.count)),
      ("labelled", .integer(classification.labelled)),
      ("top1", .optional(classification.top1)),
      ("top5", .optional(classification.top5)),
      (
        "unlabelled_folders",
        .list(
          report.listing.unlabelled.map { .object([("path", .text($0.path)), ("images", .integer($0.images))]) })
      ),
      ("ground_truth", report.listing.matching.map(value) ?? .null),
      (
        "not_read",
        .object(report.listing.otherFiles.sorted { $0.key < $1.key }.map { ($0.key, .integer($0.value)) })
      ),
      (
        "claims",
        .object([
          ("functions", .integer(report.claims.functions)),
          ("slope_outside_unit_share", .optional(report.claims.slopeOutsideUnitShare)),
          ("intercept_share", .optional(report.claims.interceptShare)),
        ])
      ),
      ("sites", .list(report.sites.map { value($0, byClass: report.byClass(of: $0.site.id)) })),
      (
        "skipped_images",
        .list(report.skipped.map { .object([("path", .text($0.path)), ("reason", .text($0.reason))]) })
      ),
    ]
    return .object(run + (report.part.map { [("part", value($0))] } ?? []) + found)
  }

  /// Which shares a part of a run is of, and of how many.
  private static func value(_ part: RunPart) -> JSON {
    .object([("shares", .list(part.shares.map(JSON.integer))), ("of", .integer(part.count))])
  }

  private static func value(_ matching: LabelMatching) -> JSON {
    .object([
      ("source", .text(matching.source.rawValue)), ("matched", .integer(matching.matched)),
      ("unmatched", .integer(matching.unmatched)), ("ambiguous", .integer(matching.ambiguous)),
      ("unused_lines", .integer(matching.unusedLines)),
    ])
  }

  private static func value(_ figure: SiteFigure, byClass: Double?) -> JSON {
    let site = figure.site
    let activation = site.activation
    return .object(
      [
        ("block", .integer(site.place.block)),
        ("site", .text(site.place.site)),
        ("node", .text(site.node)),
        ("block_name", activation.blockName.map(JSON.text) ?? .null),
        ("kind", .text(activation.kind)),
        ("height", .integer(site.shape.height)),
        ("width", .integer(site.shape.width)),
        ("channels", .integer(site.shape.channels)),
        ("segments", activation.isCurve ? .null : .integer(activation.functions)),
        ("coefficients", activation.hasCoefficients ? .text(activation.sharing.rawValue) : .null),
        ("dynamic", .flag(activation.isDynamic)),
        ("images", .integer(figure.images)),
        ("functions", figure.functions.map(JSON.integer) ?? .null),
        ("unusable_functions", figure.unusableFunctions.map(JSON.integer) ?? .null),
        ("share", .number(figure.share)),
        ("elements", .count(figure.elements)),
        ("outside_range", .count(figure.outsideRange)),
        ("not_finite", .count(figure.notFinite)),
        ("slopes", .list(figure.slopes.map(value))),
        ("intercepts", .list(figure.intercepts.map(value))),
      ] + Measure.all.flatMap { members($0, figure) } + [("by_class", .optional(byClass))])
  }

  /// A measure: an object for a distribution, counts and their share for a share.
  private static func members(_ measure: Measure, _ figure: SiteFigure) -> [(name: String, value: JSON)] {
    guard case .distribution(let values, let functions) = measure.value(figure) else {
      return measure.fields(figure).map { ($0.name, JSON($0.cell)) }
    }
    guard let values else { return [(measure.key, .null)] }
    let members: [(name: String, value: JSON)] = [
      ("mean", .optional(values.mean)), ("deviation", .optional(values.deviation)), ("p10", .optional(values.p10)),
      ("p50", .optional(values.p50)), ("p90", .optional(values.p90)),
    ]
    return [(measure.key, .object(members + (functions.map { [("functions", .integer($0))] } ?? [])))]
  }

  private static func value(_ moments: MeanDeviation) -> JSON {
    .object([("mean", .optional(moments.mean)), ("deviation", .optional(moments.deviation))])
  }
}

extension JSON {
  /// A table's cell; null where it is absent.
  init(_ cell: Table.Cell) {
    self =
      switch cell {
      case .integer(let integer): .integer(integer)
      case .count(let count): .count(count)
      case .number(let number): .optional(number)
      case .text(let text): .text(text)
      case .absent: .null
      }
  }
}
