import Networks
import Statistics

/// What one subject's run shows at one moment: an immutable value that every output renders, each part with the images that it has seen.
public struct RunFigure: Sendable, Equatable {
  /// The model file's name, for the title.
  public var model: String
  /// All variants' names, in file order.
  public var variants: [String]
  /// What is looked at.
  public var subject: Subject
  /// How far the run is.
  public var progress: RunProgress
  /// Every site of the variant, by id.
  public var sites: [SiteFigure]
  /// The densities that were asked for.
  public var densities: [Question: DensityFigure]
  /// How the images were classified.
  public var classification: ClassificationStatistics
  /// Images that could not be read, in the source's order.
  public var skipped: [SkippedImage]

  /// Creates a figure.
  public init(
    model: String, variants: [String], subject: Subject, progress: RunProgress, sites: [SiteFigure],
    densities: [Question: DensityFigure] = [:], classification: ClassificationStatistics = ClassificationStatistics(),
    skipped: [SkippedImage] = []
  ) {
    self.model = model
    self.variants = variants
    self.subject = subject
    self.progress = progress
    self.sites = sites
    self.densities = densities
    self.classification = classification
    self.skipped = skipped
  }

  /// Creates a figure of findings; `findings` answers at least ``Question/functions``.
  public init(
    model: String, variants: [String], subject: Subject, progress: RunProgress, findings: [Question: Finding]
  ) {
    self.init(model: model, variants: variants, subject: subject, progress: progress, sites: [])
    add(findings)
  }

  /// Adds what is known about other questions.
  public mutating func add(_ findings: [Question: Finding]) {
    for (question, finding) in findings {
      switch finding {
      case .functions(let functions): sites = functions.sites.map { SiteFigure($0) }
      case .density(let density): densities[question] = DensityFigure(density)
      case .classification(let found):
        classification = found
        (self.progress.top1, self.progress.top5) = (found.top1, found.top5)
      case .skipped(let found): skipped = found.images
      }
    }
  }

  /// The variant's name.
  public var variant: String { variants.indices.contains(subject.variant) ? variants[subject.variant] : "" }

  /// The grid of a whole site; nil while it was not asked for.
  public func density(of site: Int) -> DensityGrid? { densities[.density(site: site)]?.grid }

  /// Whether every question is answered, if not yet for all images.
  public func answers(_ questions: Set<Question>) -> Bool {
    questions.allSatisfy { if case .density = $0 { densities[$0] != nil } else { true } }
  }

  /// The claims of section 5.2 over all sites.
  public var claims: ClaimsFigure { ClaimsFigure(sites) }
}

/// The scatter of a site, or of one channel of it.
public struct DensityFigure: Sendable, Equatable {
  /// The pairs.
  public var grid: DensityGrid
  /// Images seen.
  public var images: Int

  /// Creates a figure.
  public init(grid: DensityGrid, images: Int) {
    self.grid = grid
    self.images = images
  }

  /// The figure of a finding.
  public init(_ finding: DensityFinding) { self.init(grid: finding.grid, images: finding.images) }
}

/// A run that nothing is added to while it is in use: its figure, and whatever else is asked, made when it is needed. Exports render it.
public struct SettledRun: Sendable {
  /// What the screen shows too, without densities: all of them together are large.
  public let figure: RunFigure
  /// Whether every element was counted at all sites.
  public let isExact: Bool
  /// What is known about a question that every run counts; nil for another.
  public let finding: @Sendable (Question) -> Finding?

  /// Creates a run whose questions `finding` answers.
  public init(_ figure: RunFigure, isExact: Bool, finding: @escaping @Sendable (Question) -> Finding?) {
    self.figure = figure
    self.isExact = isExact
    self.finding = finding
  }

  /// The density of a site.
  public func density(of site: Int) -> DensityGrid? {
    guard case .density(let density) = finding(.density(site: site)) else { return nil }
    return density.grid
  }

  /// The statistics of every site.
  var functions: [SiteSummary] {
    guard case .functions(let functions) = finding(.functions) else { return [] }
    return functions.sites
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
  public init(_ sites: [SiteFigure]) {
    let functions = sites.reduce(0) { $0 + ($1.functions ?? 0) }
    func share(_ count: UInt64) -> Double? { functions == 0 ? nil : Double(count) / Double(functions) }
    self.functions = functions
    slopeOutsideUnitShare = share(sites.reduce(0) { $0 + ($1.slopeOutsideUnit?.part ?? 0) })
    interceptShare = share(sites.reduce(0) { $0 + ($1.largeIntercept?.part ?? 0) })
  }
}
