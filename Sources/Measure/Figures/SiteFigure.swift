import Networks

/// A mean with its standard deviation (population: divided by the count).
public struct MeanDeviation: Sendable, Equatable {
  /// The arithmetic mean.
  public var mean: Double
  /// The standard deviation.
  public var deviation: Double

  package init(mean: Double, deviation: Double) {
    self.mean = mean
    self.deviation = deviation
  }
}

/// How a number is spread over images and channels, in five numbers.
public struct DistributionFigure: Sendable, Equatable {
  /// Mean.
  public var mean: Double
  /// Standard deviation (population).
  public var deviation: Double
  /// 10th percentile.
  public var p10: Double
  /// Median.
  public var p50: Double
  /// 90th percentile.
  public var p90: Double

  package init(mean: Double, deviation: Double, p10: Double, p50: Double, p90: Double) {
    self.mean = mean
    self.deviation = deviation
    self.p10 = p10
    self.p50 = p50
    self.p90 = p90
  }
}

/// How many of some things are of a kind.
public struct ShareFigure: Sendable, Equatable {
  /// How many are.
  public var part: UInt64
  /// How many there are.
  public var whole: UInt64

  package init(part: UInt64, whole: UInt64) {
    self.part = part
    self.whole = whole
  }

  /// 0...1; nil while there is nothing.
  public var share: Double? { whole == 0 ? nil : Double(part) / Double(whole) }
}

/// Everything that one activation site shows beside its scatter. What is not known is nil, never 0.
///
/// An *activation function* is one image's and one coefficient channel's: f(x) = max_k(a_k x + b_k).
public struct SiteFigure: Sendable, Equatable {
  /// The activation.
  public var site: ActivationSite
  /// Images seen.
  public var images = 0
  /// (x, y) pairs seen, those outside the range or not finite included.
  public var elements: UInt64 = 0
  /// Share of each image's positions that are taken, 0...1; 1 is every element.
  public var share = 1.0
  /// Activation functions in the statistics of slopes and intercepts; nil for an activation without coefficients.
  public var functions: Int?
  /// Functions left out because a coefficient was not finite or of magnitude 256 and more; likewise nil.
  public var unusableFunctions: Int?
  /// Slopes a_k over images and channels, K of them; empty before the first image and for an activation without
  /// coefficients.
  public var slopes: [MeanDeviation] = []
  /// Intercepts b_k, likewise.
  public var intercepts: [MeanDeviation] = []
  /// How dynamic the site is: the root mean square, over channels and segments, of a slope's standard deviation over
  /// the images; 0 for a static activation, nil without coefficients and before the first image.
  public var dynamicScore: Double?
  /// |a1 - a2| (largest minus smallest slope for K > 2), a bar of Fig. 3 (bottom); nil for K = 1, without coefficients
  /// and before the first image.
  public var slopeDifference: DistributionFigure?
  /// f(0.5), what the functions make of x = 0.5: 0.5 always for a static ReLU, a range for one that is dynamic (section
  /// 5.2). Before any attention. A curve has its one value; nil for a Maxout, which is no function of x alone, and
  /// before the first image.
  public var outputAtHalf: DistributionFigure?
  /// Functions in ``outputAtHalf``: a curve's one for each image.
  public var functionsAtHalf = 0
  /// Functions with a slope below 0 or above 1; 51 % in section 5.2. Like the next, nil where there are no
  /// coefficients.
  public var slopeOutsideUnit: ShareFigure?
  /// Functions with an |intercept| above 0.05; 37 % in section 5.2.
  public var largeIntercept: ShareFigure?
  /// Finite pairs with x < 0, and those of them with y > 0.
  public var positiveFromNegative = ShareFigure(part: 0, whole: 0)
  /// Finite pairs beyond the largest range.
  public var outsideRange: UInt64 = 0
  /// Pairs with a NaN or an infinity.
  public var notFinite: UInt64 = 0

  /// A site before the first image.
  public init(unseen site: ActivationSite) {
    self.site = site
    guard site.activation.hasCoefficients else { return }
    (functions, unusableFunctions) = (0, 0)
    slopeOutsideUnit = ShareFigure(part: 0, whole: 0)
    largeIntercept = ShareFigure(part: 0, whole: 0)
  }
}
