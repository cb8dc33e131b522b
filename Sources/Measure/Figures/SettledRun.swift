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
  private let others: @Sendable (Question) -> (any Finding)?

  /// Creates a run; `finding` answers the questions of every run that `figure` does not.
  public init(
    _ figure: RunFigure, isExact: Bool, instructionSet: String? = nil,
    finding: @escaping @Sendable (Question) -> (any Finding)?
  ) {
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

  /// Says which of some variants it is of.
  func renumbered(_ variant: Int, of variants: [String]) -> SettledRun {
    var run = self
    run.figure.subject.variant = variant
    run.figure.variants = variants
    return run
  }

  /// Adds what is known about the images' folder.
  public mutating func add(_ listing: SourceListing) { figure.listing = listing }

  /// What is known about a question; nil for one that was not asked.
  public func finding(_ question: Question) -> (any Finding)? { figure.findings[question] ?? others(question) }

  /// The density of a site.
  public func density(of site: Int) -> DensityGrid? { (finding(.density(site: site)) as? DensityFinding)?.grid }

  /// The statistics of every site.
  var functions: [SiteSummary] { (finding(.functions) as? FunctionsFinding)?.sites ?? [] }
}
