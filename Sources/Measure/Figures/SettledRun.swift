import Networks
import Statistics

/// A run that nothing is added to while it is in use: its figure, and whatever else is asked, made when it is needed.
/// Exports render it.
public struct SettledRun: Sendable {
  /// What the screen shows too, without densities of whole sites: all of them together are large.
  public private(set) var figure: RunFigure
  /// Whether every element was counted at all sites.
  public let isExact: Bool
  /// The instruction set of the kernels that computed it: results of two differ in the last bits. Nil where none did.
  public let instructionSet: String?
  /// The sites whose densities are known, by id, ascending.
  let densities: [Int]
  private var others: @Sendable (Question) -> (any Finding)?

  /// Creates a run.
  ///
  /// - Parameters:
  ///   - figure: What is known, but for densities of whole sites.
  ///   - isExact: Whether every element was counted at all sites.
  ///   - instructionSet: That of the kernels.
  ///   - densities: The ids of the sites whose densities are known; by default all.
  ///   - finding: Gives these densities.
  public init(
    _ figure: RunFigure, isExact: Bool, instructionSet: String? = nil, densities: [Int]? = nil,
    finding: @escaping @Sendable (Question) -> (any Finding)?
  ) {
    self.densities = densities?.sorted() ?? figure.sites.map(\.site.id)
    self.figure = figure
    self.isExact = isExact
    self.instructionSet = instructionSet
    others = finding
  }

  /// Adds what was found about questions that came late, and how far their passes were.
  public mutating func add(_ findings: Findings, _ late: [Question: RunProgress] = [:]) {
    figure.add(findings)
    figure.late.merge(late) { $1 }
  }

  /// Adds what was found about questions that are all that was asked: how far their pass was is how far the run is.
  public mutating func add(all findings: Findings, _ progress: RunProgress) {
    figure.progress = progress
    let late = findings.questions.filter { !$0.isStanding }
    add(findings, Dictionary(late.map { ($0, progress) }) { $1 })
  }

  /// Whether the questions of every run were asked, not some others alone.
  public var isCounted: Bool { figure.findings[.functions] != nil }

  /// Says which of some variants it is of.
  public func renumbered(_ variant: Int, of variants: [String]) -> SettledRun {
    var run = self
    run.figure.subject.variant = variant
    run.figure.variants = variants
    return run
  }

  /// What it found about the questions of every run, as if of the images alone that it has seen: for what came after it
  /// to be merged with.
  public var standingOfSeen: SettledRun {
    var run = self
    var figure = RunFigure(
      model: figure.model, variants: figure.variants, subject: figure.subject, progress: figure.progress.ofSeen,
      sites: figure.sites, findings: Findings(figure.findings.questions.filter(\.isStanding).compactMap { finding($0) })
    )
    (figure.part, figure.names, figure.listing) = (self.figure.part, self.figure.names, self.figure.listing)
    run.figure = figure
    return run
  }

  /// What it found about questions that came late, and how far their passes were.
  public var late: (findings: Findings, progress: [Question: RunProgress]) {
    (Findings(figure.findings.questions.filter { !$0.isStanding }.compactMap { finding($0) }), figure.late)
  }

  /// Says how far it is.
  package mutating func setProgress(_ progress: RunProgress) { figure.progress = progress }

  /// Says what its images are called.
  package mutating func setNames(_ names: SourceNames) { figure.names = names }

  /// Says which part of a whole run it is.
  mutating func setPart(_ part: RunPart?) { figure.part = part }

  /// Adds what is known about the images' folder.
  public mutating func add(_ listing: SourceListing) { figure.listing = listing }

  /// What is known about a question; nil for one that was not asked.
  public func finding(_ question: Question) -> (any Finding)? { figure.findings[question] ?? others(question) }

  /// Adds what the same run found on other images.
  ///
  /// - Throws: ``FindingMismatch`` where both do not go together; then nothing is changed.
  public mutating func merge(_ other: SettledRun) throws(FindingMismatch) {
    guard isExact == other.isExact, instructionSet == other.instructionSet, densities == other.densities else {
      throw FindingMismatch("\(figure.variant): counted in another way in one part than in the other")
    }
    try figure.merge(other.figure)
    let (own, theirs) = (others, other.others)
    others = { question in
      guard let own = own(question), let theirs = theirs(question) else { return nil }
      return try? own.merged(with: theirs)
    }
  }

  /// The density of a site.
  public func density(of site: Int) -> DensityGrid? { (finding(.density(site: site)) as? DensityFinding)?.grid }

  /// The statistics of every site.
  var functions: [SiteSummary] { (finding(.functions) as? FunctionsFinding)?.sites ?? [] }
}
