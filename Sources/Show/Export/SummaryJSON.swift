import Figures
import Networks

/// `summary.json`: everything but the tables.
enum SummaryJSON {
  /// The version of all export files together; it changes when a column or member changes its meaning or goes.
  static let format = 1

  static func value(_ report: VariantReport) -> JSON {
    let classification = report.classification
    return .object([
      ("format", .integer(format)),
      ("model", .text(report.model)),
      ("variant", .text(report.variant)),
      ("exact", .flag(report.exact)),
      ("images", .integer(classification.images)),
      ("skipped", .integer(report.skipped.count)),
      ("labelled", .integer(classification.labelled)),
      ("top1", .optional(classification.top1)),
      ("top5", .optional(classification.top5)),
      (
        "claims",
        .object([
          ("functions", .integer(report.claims.functions)),
          ("slope_outside_unit_share", .optional(report.claims.slopeOutsideUnitShare)),
          ("intercept_share", .optional(report.claims.interceptShare)),
        ])
      ),
      ("sites", .list(report.sites.map(value))),
      (
        "skipped_images",
        .list(report.skipped.map { .object([("path", .text($0.path)), ("reason", .text($0.reason))]) })
      ),
    ])
  }

  private static func value(_ report: SiteReport) -> JSON {
    let figure = report.figure
    let site = figure.site
    let activation = site.activation
    return .object([
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
      ("functions", report.functions.map(JSON.integer) ?? .null),
      ("unusable_functions", report.unusableFunctions.map(JSON.integer) ?? .null),
      ("share", .number(figure.share)),
      ("elements", .count(figure.elements)),
      ("outside_range", .count(figure.outsideRange)),
      ("not_finite", .count(figure.notFinite)),
      ("slopes", .list(figure.slopes.map(value))),
      ("intercepts", .list(figure.intercepts.map(value))),
      ("slope_difference", figure.slopeDifference.map(value) ?? .null),
      ("slope_outside_unit", report.slopeOutsideUnit.map(JSON.count) ?? .null),
      ("slope_outside_unit_share", .optional(figure.slopeOutsideUnitShare)),
      ("large_intercept", report.largeIntercept.map(JSON.count) ?? .null),
      ("intercept_share", .optional(figure.interceptShare)),
      ("negative_inputs", .count(report.negativeInputs)),
      ("positive_from_negative", .count(report.positiveFromNegative)),
      ("positive_from_negative_share", .optional(figure.positiveFromNegativeShare)),
      ("output_range", report.outputRange.map(value) ?? .null),
    ])
  }

  private static func value(_ moments: MeanDeviation) -> JSON {
    .object([("mean", .optional(moments.mean)), ("deviation", .optional(moments.deviation))])
  }

  private static func value(_ difference: SlopeDifferenceFigure) -> JSON {
    .object([
      ("mean", .optional(difference.mean)), ("deviation", .optional(difference.deviation)),
      ("p10", .optional(difference.p10)), ("p50", .optional(difference.p50)), ("p90", .optional(difference.p90)),
    ])
  }

  private static func value(_ range: OutputRange) -> JSON {
    .object([
      ("x", .number(VariantReport.outputRangeInput)), ("x_min", .number(range.xLower)),
      ("x_max", .number(range.xUpper)), ("count", .count(range.pairs)), ("p10", .optional(range.p10)),
      ("p50", .optional(range.p50)), ("p90", .optional(range.p90)),
    ])
  }
}
