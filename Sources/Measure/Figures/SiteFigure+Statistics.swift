import Statistics

extension SiteFigure {
  /// What the statistics of one site show.
  public init(_ summary: SiteSummary) {
    let coefficients = summary.coefficients
    let segments = 0..<coefficients.segments
    let functions = coefficients.functions
    func share(_ part: UInt64, of whole: UInt64) -> Double? { whole == 0 ? nil : Double(part) / Double(whole) }
    self.init(
      site: summary.site, images: summary.images, elements: summary.pairs.seen, share: summary.share,
      slopes: segments.compactMap { coefficients.slope(segment: $0).map(MeanDeviation.init) },
      intercepts: segments.compactMap { coefficients.intercept(segment: $0).map(MeanDeviation.init) },
      slopeDifference: SlopeDifferenceFigure(coefficients.slopeDifferences),
      slopeOutsideUnitShare: share(coefficients.slopeOutsideUnit, of: UInt64(functions)),
      interceptShare: share(coefficients.largeIntercept, of: UInt64(functions)),
      positiveFromNegativeShare: share(summary.pairs.positiveFromNegative, of: summary.pairs.negativeInputs),
      outsideRange: summary.pairs.outsideRange, notFinite: summary.pairs.notFinite)
  }
}

extension SlopeDifferenceFigure {
  /// The distribution in five numbers; nil when nothing was added (K = 1, or before the first image).
  init?(_ differences: SlopeDifferences) {
    guard let moments = differences.moments, let percentiles = differences.percentiles([0.1, 0.5, 0.9]) else {
      return nil
    }
    self.init(
      mean: moments.mean, deviation: moments.deviation, p10: percentiles[0], p50: percentiles[1],
      p90: percentiles[2])
  }
}

extension DensityGrid {
  /// The grid of one site's density.
  public init(_ density: DensitySnapshot) {
    self.init(
      xExponent: density.xExponent, yExponent: density.yExponent, counts: density.counts,
      outsideRange: density.totals.outsideRange, notFinite: density.totals.notFinite)
  }
}
