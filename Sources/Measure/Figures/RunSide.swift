import Networks
import Statistics

/// One of two runs that are compared: what a comparison takes of it, whether it was just counted or is read from
/// exported files.
public struct RunSide: Sendable {
  /// What the comparison calls it.
  public var name: String
  /// The images and options that its numbers depend on.
  public var conditions: Conditions
  /// Which part of a run it is, in words; nil for a whole run, and where that is not known.
  public var part: String?
  /// Share of the labelled images whose first class is right; nil without labels.
  public var top1: Double?
  /// Share of the labelled images with the right class among the first five.
  public var top5: Double?
  /// The sites, in the order in which they run.
  public var sites: [SiteSide]
  /// Whether the sites' densities are known; a site without pairs has none either way.
  public var hasDensities: Bool

  /// What numbers depend on beside the network. Runs that differ in it can be compared, but not blamed on the network.
  public struct Conditions: Sendable, Equatable {
    /// Images through the network.
    public var images: Int
    /// Images that could not be read.
    public var skipped: Int
    /// Images that have a class.
    public var labelled: Int
    /// Whether every element was counted everywhere; nil where that is not known.
    public var isExact: Bool?

    package init(images: Int, skipped: Int, labelled: Int, isExact: Bool?) {
      self.images = images
      self.skipped = skipped
      self.labelled = labelled
      self.isExact = isExact
    }
  }

  package init(
    name: String, conditions: Conditions, top1: Double?, top5: Double?, sites: [SiteSide], hasDensities: Bool
  ) {
    self.name = name
    self.conditions = conditions
    self.top1 = top1
    self.top5 = top5
    self.sites = sites
    self.hasDensities = hasDensities
  }

  /// What a figure shows.
  ///
  /// - Parameters:
  ///   - figure: The run.
  ///   - name: What to call it; by default the variant's name.
  ///   - isExact: Whether every element was counted, where that is known.
  ///   - density: The density of a site; by default those that the figure holds.
  public init(
    _ figure: RunFigure, name: String? = nil, isExact: Bool? = nil, density: ((_ site: Int) -> DensityGrid?)? = nil
  ) {
    let found = figure.classification
    let density = density ?? { figure.density(of: $0) }
    self.init(
      name: name ?? figure.variant,
      conditions: Conditions(
        images: found.images, skipped: figure.skipped.count, labelled: found.labelled, isExact: isExact),
      top1: found.top1, top5: found.top5,
      sites: figure.sites.map { SiteSide($0, density: density($0.site.id)) }, hasDensities: true)
    part = figure.part?.words
  }

  /// What a run that nothing is added to holds, with all densities.
  public init(_ run: SettledRun, name: String? = nil) {
    self.init(run.figure, name: name, isExact: run.isExact, density: run.density)
  }
}

/// One site of a ``RunSide``.
public struct SiteSide: Sendable {
  /// Block and name: what it is matched by.
  public let place: SitePlace
  /// The activation's name in the model file.
  public let node: String
  /// Its numbers by their names in files; a number that is not known is nil.
  public let quantities: [(name: String, value: Double?)]
  /// Which pairs were seen; nil where that is not known.
  public let density: DensityGrid?

  package init(place: SitePlace, node: String, quantities: [(name: String, value: Double?)], density: DensityGrid?) {
    self.place = place
    self.node = node
    self.quantities = quantities
    self.density = density
  }

  init(_ figure: SiteFigure, density: DensityGrid?) {
    self.init(
      place: figure.site.place, node: figure.site.node,
      quantities: Measure.all.map { ($0.headlineName, $0.headline(figure)) }
        + Self.lines(slopes: figure.slopes.map(\.mean), intercepts: figure.intercepts.map(\.mean)),
      density: density)
  }

  /// The quantities of the linear functions, a slope's and an intercept's mean for each: `slope_1_mean` and so on.
  package static func lines(slopes: [Double?], intercepts: [Double?]) -> [(name: String, value: Double?)] {
    zip(slopes, intercepts).enumerated().flatMap { index, line in
      [("slope_\(index + 1)_mean", line.0), ("intercept_\(index + 1)_mean", line.1)]
    }
  }
}
