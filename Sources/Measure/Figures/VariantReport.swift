import Networks
import Statistics

/// What a whole run found about one variant: the figure that every export renders.
///
/// It holds only what depends on the model, the images and the options, so it is the same for any number of workers.
public struct VariantReport: Sendable {
  /// The model file's name.
  public var model: String
  /// The variant's name.
  public var variant: String
  /// Whether every element was counted at all sites.
  public var exact: Bool
  /// Images through the network and how they were classified.
  public var classification: ClassificationStatistics
  /// Images that could not be read, in the source's order.
  public var skipped: [SkippedImage]
  /// Every site, by id.
  public var sites: [SiteReport]
  /// The claims of section 5.2 over all sites.
  public var claims: ClaimsFigure { ClaimsFigure(sites) }
  /// The density of a site; made when asked for, because all of them together are large.
  public var density: @Sendable (_ site: Int) -> DensityGrid

  /// An image that could not be read.
  public struct SkippedImage: Sendable, Equatable {
    /// Its path below the image folder.
    public var path: String
    /// Why.
    public var reason: String

    /// Creates an entry.
    public init(path: String, reason: String) {
      self.path = path
      self.reason = reason
    }
  }

  /// The input at which ``SiteReport/outputRange`` is read.
  public static let outputRangeInput = 0.5

  /// The report of a finished run; `statistics` must not change while the report is in use.
  public init(
    model: String, variant: String, statistics: ActivationStatistics, classification: ClassificationStatistics,
    skipped: [SkippedImage]
  ) {
    self.model = model
    self.variant = variant
    exact = statistics.selection.exact
    self.classification = classification
    self.skipped = skipped
    density = { DensityGrid(statistics.density(of: $0)) }
    sites = statistics.summaries.map { summary in
      SiteReport(summary, density: DensityGrid(statistics.density(of: summary.site.id)))
    }
  }
}

/// The claims of section 5.2 over the activation functions of all sites that have slopes and intercepts, static ones among them: one function
/// for each image, site and coefficient channel.
public struct ClaimsFigure: Sendable, Equatable {
  /// Functions counted.
  public var functions: Int
  /// Share with a slope below 0 or above 1 (51 % in the paper); nil without functions.
  public var slopeOutsideUnitShare: Double?
  /// Share with an |intercept| above 0.05 (37 % in the paper); nil without functions.
  public var interceptShare: Double?

  /// The claims over `sites`.
  public init(_ sites: [SiteReport]) {
    let functions = sites.reduce(0) { $0 + ($1.functions ?? 0) }
    func share(_ count: UInt64) -> Double? { functions == 0 ? nil : Double(count) / Double(functions) }
    self.functions = functions
    slopeOutsideUnitShare = share(sites.reduce(0) { $0 + ($1.slopeOutsideUnit ?? 0) })
    interceptShare = share(sites.reduce(0) { $0 + ($1.largeIntercept ?? 0) })
  }
}

/// One site of a ``VariantReport``.
public struct SiteReport: Sendable, Equatable {
  /// What the terminal shows too.
  public var figure: SiteFigure
  /// Activation functions (one for each image and coefficient channel) in the statistics of slopes and intercepts; like the next three, nil
  /// for an activation without coefficients.
  public var functions: Int?
  /// Functions left out because a coefficient was not finite or of magnitude 256 and more.
  public var unusableFunctions: Int?
  /// Functions with a slope below 0 or above 1.
  public var slopeOutsideUnit: UInt64?
  /// Functions with an |intercept| above 0.05.
  public var largeIntercept: UInt64?
  /// Finite pairs with x < 0.
  public var negativeInputs: UInt64
  /// Finite pairs with x < 0 and y > 0.
  public var positiveFromNegative: UInt64
  /// The outputs at x = 0.5; nil where no pair has such an x.
  public var outputRange: OutputRange?
  /// Every coefficient channel's slopes and intercepts, by channel, then segment; empty for an activation without coefficients.
  public var coefficients: [CoefficientFigure]

  /// What the statistics of one site give.
  public init(_ summary: SiteSummary, density: DensityGrid) {
    let statistics = summary.coefficients
    figure = SiteFigure(summary)
    if summary.site.activation.hasCoefficients {
      functions = statistics.functions
      unusableFunctions = statistics.unusable
      slopeOutsideUnit = statistics.slopeOutsideUnit
      largeIntercept = statistics.largeIntercept
    }
    negativeInputs = summary.pairs.negativeInputs
    positiveFromNegative = summary.pairs.positiveFromNegative
    outputRange = OutputRange(density, x: VariantReport.outputRangeInput)
    let isShared = summary.site.activation.sharing == .allChannels
    coefficients = (0..<statistics.channels).flatMap { channel in
      (0..<statistics.segments).map { segment in
        CoefficientFigure(
          channel: isShared ? nil : channel, segment: segment + 1,
          slope: statistics.slope(segment: segment, channel: channel).map(MeanDeviation.init),
          intercept: statistics.intercept(segment: segment, channel: channel).map(MeanDeviation.init))
      }
    }
  }
}

/// One channel's linear function k over the images.
public struct CoefficientFigure: Sendable, Equatable {
  /// The channel, counted from 0; nil when all channels share one function.
  public var channel: Int?
  /// k, counted from 1 as in the paper.
  public var segment: Int
  /// a_k; nil without images.
  public var slope: MeanDeviation?
  /// b_k; nil without images.
  public var intercept: MeanDeviation?
}
