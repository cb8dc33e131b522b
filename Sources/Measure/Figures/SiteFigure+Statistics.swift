import Networks
import Statistics

extension SiteFigure {
  /// What the statistics of one site show.
  public init(_ summary: SiteSummary) {
    self.init(unseen: summary.site)
    let coefficients = summary.coefficients
    let segments = 0..<coefficients.segments
    images = summary.images
    elements = summary.pairs.seen
    share = summary.share
    slopes = segments.compactMap { coefficients.slope(segment: $0).map(MeanDeviation.init) }
    intercepts = segments.compactMap { coefficients.intercept(segment: $0).map(MeanDeviation.init) }
    dynamicScore = DynamicScore(coefficients).value
    slopeDifference = DistributionFigure(coefficients.slopeDifferences)
    outputAtHalf = DistributionFigure(coefficients.outputsAtHalf)
    functionsAtHalf = coefficients.outputsAtHalf.count
    if case .curve(let curve) = summary.site.activation.coefficients, images > 0 {
      outputAtHalf = DistributionFigure(constant: (summary.site.activation.scales ?? .plain).value(of: curve, at: 0.5))
      functionsAtHalf = images
    }
    if summary.site.activation.hasCoefficients {
      let whole = UInt64(coefficients.functions)
      functions = coefficients.functions
      unusableFunctions = coefficients.unusable
      slopeOutsideUnit = ShareFigure(part: coefficients.slopeOutsideUnit, whole: whole)
      largeIntercept = ShareFigure(part: coefficients.largeIntercept, whole: whole)
    }
    positiveFromNegative = ShareFigure(part: summary.pairs.positiveFromNegative, whole: summary.pairs.negativeInputs)
    outsideRange = summary.pairs.outsideRange
    notFinite = summary.pairs.notFinite
  }
}

extension DistributionFigure {
  /// The distribution in five numbers; nil when nothing was added.
  init?(_ values: ValueDistribution) {
    guard let moments = values.moments, let percentiles = values.percentiles([0.1, 0.5, 0.9]) else { return nil }
    self.init(
      mean: moments.mean, deviation: moments.deviation, p10: percentiles[0], p50: percentiles[1], p90: percentiles[2])
  }

  /// One value, always.
  init(constant value: Double) { self.init(mean: value, deviation: 0, p10: value, p50: value, p90: value) }
}
