import Networks

/// A mean with its standard deviation (population: divided by the count).
public struct MeanDeviation: Sendable, Equatable {
  /// The arithmetic mean.
  public var mean: Double
  /// The standard deviation.
  public var deviation: Double

  /// Creates a pair.
  public init(mean: Double, deviation: Double) {
    self.mean = mean
    self.deviation = deviation
  }
}

/// The distribution of the slope difference |a1 - a2| (largest minus smallest slope for K > 2) over images and channels: one bar of Fig. 3 (bottom).
public struct SlopeDifferenceFigure: Sendable, Equatable {
  /// Mean.
  public var mean: Double
  /// Standard deviation.
  public var deviation: Double
  /// 10th percentile.
  public var p10: Double
  /// Median.
  public var p50: Double
  /// 90th percentile.
  public var p90: Double

  /// Creates a figure.
  public init(mean: Double, deviation: Double, p10: Double, p50: Double, p90: Double) {
    self.mean = mean
    self.deviation = deviation
    self.p10 = p10
    self.p50 = p50
    self.p90 = p90
  }
}

/// Everything that one activation site shows beside its scatter. What is not known is nil, never 0.
public struct SiteFigure: Sendable, Equatable {
  /// The activation.
  public var site: ActivationSite
  /// Images seen.
  public var images: Int
  /// (x, y) pairs seen, those outside the range or not finite included.
  public var elements: UInt64
  /// Share of each image's positions that are taken, 0...1; 1 is every element.
  public var share: Double
  /// Slopes a_k over images and channels, K of them; empty before the first image and for an activation without coefficients.
  public var slopes: [MeanDeviation]
  /// Intercepts b_k, likewise.
  public var intercepts: [MeanDeviation]
  /// |a1 - a2|; nil for K = 1, without coefficients and before the first image.
  public var slopeDifference: SlopeDifferenceFigure?
  /// Share of activation functions (one per image and channel) with a slope below 0 or above 1; 51 % in section 5.2. Like the next, nil
  /// where there are no coefficients.
  public var slopeOutsideUnitShare: Double?
  /// Share of activation functions with an |intercept| above 0.05; 37 % in section 5.2.
  public var interceptShare: Double?
  /// Share of negative inputs with a positive output; nil while no negative input was seen.
  public var positiveFromNegativeShare: Double?
  /// Finite pairs beyond the largest range.
  public var outsideRange: UInt64
  /// Pairs with a NaN or an infinity.
  public var notFinite: UInt64

  /// Creates a figure.
  public init(
    site: ActivationSite, images: Int, elements: UInt64, share: Double, slopes: [MeanDeviation],
    intercepts: [MeanDeviation], slopeDifference: SlopeDifferenceFigure?, slopeOutsideUnitShare: Double?,
    interceptShare: Double?, positiveFromNegativeShare: Double?, outsideRange: UInt64, notFinite: UInt64
  ) {
    self.site = site
    self.images = images
    self.elements = elements
    self.share = share
    self.slopes = slopes
    self.intercepts = intercepts
    self.slopeDifference = slopeDifference
    self.slopeOutsideUnitShare = slopeOutsideUnitShare
    self.interceptShare = interceptShare
    self.positiveFromNegativeShare = positiveFromNegativeShare
    self.outsideRange = outsideRange
    self.notFinite = notFinite
  }
}
