import Figures
import Networks
import Statistics
import Terminal

/// Everything that the terminal's picture depends on: what screens share, and the screens that are open with what each
/// remembers.
public struct Model: Sendable, Equatable {
  /// A line that stays until the next key.
  public struct Notice: Sendable, Equatable {
    /// What it says.
    public var text: String
    /// Whether something went wrong.
    public var isError: Bool

    package init(text: String, isError: Bool) {
      self.text = text
      self.isError = isError
    }
  }

  /// Files to write.
  struct Writing: Sendable, Equatable {
    let effect: Effect
    /// What is said meanwhile.
    let words: String
  }

  /// The terminal's size.
  public var size: CellSize
  /// The newest data.
  public internal(set) var live: RunFigure?
  /// The data on the screen while it is frozen.
  public internal(set) var held: RunFigure?
  /// The newest data of what the subject is compared with.
  var liveBeside: RunFigure?
  /// The same while the screen is frozen.
  var heldBeside: RunFigure?
  /// Whether the screen is frozen; data go on.
  public internal(set) var isFrozen = false
  /// What the user asked to look at.
  public package(set) var subject: Subject
  /// The block that is looked at.
  public internal(set) var block: Int?
  /// The site's name that is looked for in every block.
  public internal(set) var wishedSite: String?
  /// The words that narrow the list of sites; they stay in force for stepping through matches.
  package internal(set) var filter = ""
  /// The screens that are open.
  package internal(set) var path = ScreenPath(ScatterScreen())
  /// How density becomes colours.
  public internal(set) var scale = DensityScale.log
  /// Whether a unit is as long on either axis.
  public internal(set) var equalAspect = false
  /// Where the user zoomed or panned to; nil fits the data.
  public internal(set) var viewport: Viewport?
  /// For each site looked at, the fitting range's exponent; it only grows until the user fits anew, so that nothing
  /// jumps to and fro.
  var fits: [Int: Int] = [:]
  /// The what-if that was compared with last.
  var changed: ChangedPartner?
  /// The channel that is looked at, where one is; a site that does not have it shows its first.
  package internal(set) var channel: Int?
  /// What the user kept.
  package internal(set) var marks: [Mark] = []
  /// Whether the mouse's events are taken.
  public internal(set) var usesMouse = true
  /// What the bars below scatters measure.
  package internal(set) var bars = BarMeasure.slopeDifference
  /// What is to be said.
  public internal(set) var notice: Notice?
  /// The files that are being written, and those that were asked for meanwhile.
  var writings: [Writing] = []
  /// Whether files are being written.
  public var isExporting: Bool { !writings.isEmpty }
  /// What failed of that which was written before them.
  var failure: String?

  /// A screen before anything is known.
  package init(size: CellSize, subject: Subject = Subject(variant: 0), marks: [Mark] = []) {
    self.size = size
    self.subject = subject
    self.marks = marks
  }

  /// The variant that the user asked for, until there are figures of it.
  public var awaitedVariant: Int? { live.flatMap { $0.subject == subject ? nil : subject.variant } }

  /// The sites of what is shown, in order; renewed with it.
  package internal(set) var index = SiteIndex([])

  /// The screen on view.
  package var screen: any Screen { path.top }

  /// What the screen asks of the run.
  public var questions: Set<Question> { screen.questions(in: self) }

  /// All that the screen asks of the run: of the subject, and of what it is compared with.
  public var requests: [RunRequest] {
    [RunRequest(subject, questions)] + [screen.partner(in: self)].compactMap { $0 }
  }

  /// The site that is looked at.
  public var site: SiteFigure? {
    guard let block, let wishedSite else { return nil }
    return index.site(in: block, nearest: wishedSite)
  }
}
