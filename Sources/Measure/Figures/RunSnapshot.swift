/// One variant's run at one moment: an immutable value that the workers publish and every output renders.
public struct RunSnapshot: Sendable, Equatable {
  /// The model file's name, for the title.
  public var model: String
  /// All variants' names, in file order.
  public var variants: [String]
  /// Which of ``variants`` this is.
  public var variant: Int
  /// How far the run is.
  public var progress: RunProgress
  /// Every site of the variant, by id.
  public var sites: [SiteFigure]
  /// The density grids that were asked for, by site id.
  public var densities: [Int: DensityGrid]

  /// Creates a snapshot.
  public init(
    model: String, variants: [String], variant: Int, progress: RunProgress, sites: [SiteFigure],
    densities: [Int: DensityGrid]
  ) {
    self.model = model
    self.variants = variants
    self.variant = variant
    self.progress = progress
    self.sites = sites
    self.densities = densities
  }
}

/// How far a run is and what it found about the images themselves.
public struct RunProgress: Sendable, Equatable {
  /// Whether workers are at it.
  public enum State: Sendable, Equatable {
    /// Images are streaming.
    case running
    /// Every image is through.
    case done
    /// Ended by an error, with its text.
    case failed(String)
  }

  /// Whether workers are at it.
  public var state: State
  /// Images through the network.
  public var done: Int
  /// Images in the source, the skipped ones included.
  public var total: Int
  /// Images that could not be read.
  public var skipped: Int
  /// Images per second lately; nil before there is a measure.
  public var imagesPerSecond: Double?
  /// Estimated seconds to the end; nil when unknown or done.
  public var secondsLeft: Double?
  /// Share of labelled images whose first class is right; nil without labels.
  public var top1: Double?
  /// Share of labelled images with the right class among the first five.
  public var top5: Double?

  /// Creates a progress.
  public init(
    state: State, done: Int, total: Int, skipped: Int, imagesPerSecond: Double?, secondsLeft: Double?,
    top1: Double?, top5: Double?
  ) {
    self.state = state
    self.done = done
    self.total = total
    self.skipped = skipped
    self.imagesPerSecond = imagesPerSecond
    self.secondsLeft = secondsLeft
    self.top1 = top1
    self.top5 = top5
  }
}
