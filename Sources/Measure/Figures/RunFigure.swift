import Networks
import Statistics

/// What one subject's run shows at one moment: an immutable value that every output renders, each part with the images
/// that it has seen.
public struct RunFigure: Sendable, Equatable {
  /// The model file's name, for the title.
  public var model: String
  /// All variants' names, in file order.
  public var variants: [String]
  /// What is looked at.
  public var subject: Subject
  /// Which part of a whole run it is; nil for a whole one.
  public var part: RunPart?
  /// How far the run is.
  public var progress: RunProgress
  /// Every site of the variant, by id.
  public var sites: [SiteFigure]
  /// What images and classes are called; nil before the images are listed.
  public var names: SourceNames?
  /// What the images' folder holds besides, and which images have no class.
  public var listing = SourceListing()
  /// What is known about everything that was asked.
  public private(set) var findings: Findings
  /// How far the passes of their own are that some of the questions take.
  public var late: [Question: RunProgress] = [:]

  /// Creates a figure.
  public init(
    model: String, variants: [String], subject: Subject, progress: RunProgress, sites: [SiteFigure] = [],
    findings: Findings = Findings()
  ) {
    self.model = model
    self.variants = variants
    self.subject = subject
    self.progress = progress
    self.sites = sites
    self.findings = Findings()
    add(findings)
  }

  /// Adds what is known about other questions.
  public mutating func add(_ others: Findings) {
    findings.set(others)
    if let functions: FunctionsFinding = others.answer(.functions) { sites = functions.sites.map { SiteFigure($0) } }
    if let found: ClassificationStatistics = others.answer(.classification) {
      (progress.top1, progress.top5, progress.labelled) = (found.top1, found.top5, found.labelled)
    }
  }

  /// The variant's name.
  public var variant: String { variants.indices.contains(subject.variant) ? variants[subject.variant] : "" }

  /// How the images were classified.
  public var classification: ClassificationStatistics {
    findings.answer(.classification) ?? ClassificationStatistics()
  }

  /// Images that could not be read, in the source's order; empty where that was not asked.
  public var skipped: [SkippedImage] { findings.answer(.skipped, as: SkippedImages.self)?.list ?? [] }

  /// The grid of a whole site; nil while it was not asked for.
  public func density(of site: Int) -> DensityGrid? {
    findings.answer(.density(site: site), as: DensityFinding.self)?.grid
  }

  /// Whether every question is answered, if not yet for all images, or will never be.
  public func answers(_ questions: Set<Question>) -> Bool {
    questions.allSatisfy { findings[$0] != nil || failure(of: $0) != nil }
  }

  /// Why a question cannot be answered; nil while all is well.
  public func failure(of question: Question) -> String? {
    guard case .failed(let reason)? = late[question]?.state else { return nil }
    return reason
  }

  /// The claims of section 5.2 over all sites.
  public var claims: ClaimsFigure { ClaimsFigure(sites) }
}

extension RunFigure {
  /// Adds what the same run found on other images: another part of it, or what came before.
  ///
  /// - Throws: ``FindingMismatch`` where both do not go together; then nothing is changed.
  mutating func merge(_ other: RunFigure) throws(FindingMismatch) {
    guard subject == other.subject, variants == other.variants, sites.map(\.site) == other.sites.map(\.site) else {
      throw FindingMismatch("\(variant) and \(other.variant) are not the same network")
    }
    guard findings.questions == other.findings.questions, late.keys == other.late.keys else {
      throw FindingMismatch("\(variant): other questions were asked of one part than of the other")
    }
    var merged = self
    var both = Findings()
    for question in findings.questions {
      guard let own = findings[question], let theirs = other.findings[question] else { continue }
      both.set(try own.merged(with: theirs))
    }
    merged.progress = try progress.merged(with: other.progress)
    for (question, progress) in late {
      guard let theirs = other.late[question] else { continue }
      merged.late[question] = try progress.merged(with: theirs)
    }
    if let names, let theirs = other.names { merged.names = try names.merged(with: theirs) }
    merged.add(both)
    self = merged
  }
}

/// What is to be known about one subject.
public struct RunRequest: Sendable, Hashable {
  /// What is looked at.
  public var subject: Subject
  /// What is asked about it.
  public var questions: Set<Question>

  /// A request.
  public init(_ subject: Subject, _ questions: Set<Question>) {
    self.subject = subject
    self.questions = questions
  }
}

/// The claims of section 5.2 over the activation functions of all sites that have slopes and intercepts, static ones
/// among them: one function for each image, site and coefficient channel.
public struct ClaimsFigure: Sendable, Equatable {
  /// Functions counted.
  public var functions: Int
  /// Share with a slope below 0 or above 1 (51 % in the paper); nil without functions.
  public var slopeOutsideUnitShare: Double?
  /// Share with an |intercept| above 0.05 (37 % in the paper); nil without functions.
  public var interceptShare: Double?

  /// What the paper says of MobileNetV2 x0.35 on 50,000 images of ImageNet: shares, 0...1.
  package static let paper = (slopes: 0.51, intercepts: 0.37)

  /// The claims over `sites`.
  public init(_ sites: [SiteFigure]) {
    let functions = sites.reduce(0) { $0 + ($1.functions ?? 0) }
    func share(_ count: UInt64) -> Double? { functions == 0 ? nil : Double(count) / Double(functions) }
    self.functions = functions
    slopeOutsideUnitShare = share(sites.reduce(0) { $0 + ($1.slopeOutsideUnit?.part ?? 0) })
    interceptShare = share(sites.reduce(0) { $0 + ($1.largeIntercept?.part ?? 0) })
  }
}
