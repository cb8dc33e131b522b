import Networks
import Statistics

/// What was found about some variants of one model over the same images, kept to be looked at again.
public struct SavedRun: Sendable {
  /// What it is of.
  public var origin: Origin
  /// One for each subject; the unchanged variants come first, in the model's order.
  public var runs: [SettledRun]
  /// What the user kept to come back to.
  public var marks: [Mark]

  /// What a run is of: enough to tell whether two runs go together, without a path of the machine that made it.
  public struct Origin: Sendable, Equatable, Codable {
    /// The program and its version that counted.
    public var program: String
    /// The model's files.
    public var model: [File]
    /// SHA-256 of the images' paths below their folder, in the source's order, each with a zero byte behind it.
    public var images: String

    /// A file by its last path component and its content.
    public struct File: Sendable, Equatable, Codable {
      /// Its name without a folder.
      public var name: String
      /// SHA-256 of its bytes.
      public var sha256: String

      package init(name: String, sha256: String) {
        self.name = name
        self.sha256 = sha256
      }
    }

    package init(program: String, model: [File], images: String) {
      self.program = program
      self.model = model
      self.images = images
    }
  }

  /// A saved run of these subjects, which become numbered as its variants: those that were never run are not among
  /// them.
  ///
  /// - Parameters:
  ///   - origin: What it is of.
  ///   - runs: One for each subject, of one model.
  ///   - marks: What the user kept.
  public init(origin: Origin, runs: [SettledRun], marks: [Mark] = []) {
    self.origin = origin
    self.marks = marks
    let run = runs.sorted { ($0.figure.subject.variant, $0.order) < ($1.figure.subject.variant, $1.order) }
    var variants: [Int] = []
    for subject in run.map(\.figure.subject) where !variants.contains(subject.variant) {
      variants.append(subject.variant)
    }
    let names = run.first.map { first in variants.map { first.figure.variants[$0] } } ?? []
    self.runs = run.map { run in
      run.renumbered(variants.firstIndex(of: run.figure.subject.variant) ?? 0, of: names)
    }
  }

  /// What the user kept, and the boxes and images that were asked about: the ways back to their answers.
  public var places: [Mark] {
    var places = marks
    func add(_ mark: Mark) { if !places.contains(mark) { places.append(mark) } }
    for run in runs {
      for question in run.questions {
        switch question {
        case .exemplars(let site, let region): add(.region(run.figure.sites[site].site.place, region))
        case .image(let ordinal, _): add(.image(ordinal))
        default: break
        }
      }
    }
    return places
  }

  /// What is said of a question that was not answered before the run was saved.
  public static let needsImages = "not in the saved run: it takes the images, as in dyviz MODEL IMAGES"

  /// A figure of a subject that is not in here.
  public func unseen(_ subject: Subject) -> RunFigure {
    let known = runs.first { $0.figure.subject.variant == subject.variant }?.figure
    return RunFigure(
      model: known?.model ?? "", variants: known?.variants ?? [], subject: subject,
      progress: .failed(Self.needsImages), sites: known?.sites.map { SiteFigure(unseen: $0.site) } ?? [])
  }

  /// What is known about a subject; nil where it is not in here.
  public func run(_ subject: Subject) -> SettledRun? { runs.first { $0.figure.subject == subject } }

  /// The variants' runs as they were trained.
  public var unchanged: [SettledRun] { runs.filter(\.figure.subject.changes.isEmpty) }
}

extension SettledRun {
  fileprivate var order: Int { figure.subject.changes.count }

  /// Everything that is known, densities of all sites among it, one after the other.
  public var questions: [Question] {
    let densities = densities.map { Question.density(site: $0) }
    let others = figure.findings.questions.subtracting(densities)
    return others.map { ($0, words: "\($0)") }.sorted { $0.words < $1.words }.map(\.0) + densities
  }
}
