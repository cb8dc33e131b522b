import Figures
import Networks
import Statistics

/// What the terminal asks of a run: the only way back along the flow from images to figures.
///
/// The user interface's thread asks up to thirty times a second and after every key, so an answer must come at once: it
/// is what the workers published last, and nobody is waited for.
public protocol RunController: Sendable {
  /// Gives the workers to the first of some subjects, whose statistics go on where they were left, then to the others,
  /// and returns what is known about each by now.
  ///
  /// A question about a site that the variant does not have is left out of the figure, and so is one that no image has
  /// answered yet.
  func ask(_ requests: [RunRequest]) -> [RunFigure]

  /// Writes every export file, what was marked, and figures of what is on view, and returns the folder for the notice
  /// on the screen.
  ///
  /// Called on a thread of its own, never twice at a time. Throws what the user is to read.
  func export(_ marks: [Mark], _ view: ExportedView) throws -> String

  /// Saves all that was found, and what was marked, and returns the file for the notice on the screen. Called as
  /// ``export(_:_:)`` is.
  func save(_ marks: [Mark]) throws -> String
}

/// What is on view while files are written: what the figures among them show.
public struct ExportedView: Sendable, Equatable {
  /// What is looked at.
  public var subject: Subject
  /// The site that is looked at; nil before there is one.
  public var site: ActivationSite?
  /// What bars measure.
  package var bars: BarMeasure
  /// How pairs become levels.
  public var scale: DensityScale
  /// What the subject is compared with on the screen, and what that is called; nil for nothing.
  public var partner: (subject: Subject, name: String)?

  /// Whether both are of the same.
  public static func == (one: Self, other: Self) -> Bool {
    one.subject == other.subject && one.site == other.site && one.bars == other.bars && one.scale == other.scale
      && one.partner?.subject == other.partner?.subject && one.partner?.name == other.partner?.name
  }
}

extension Model {
  /// What is on view, for the figures of an export.
  package var exportedView: ExportedView {
    let partner = screen.compared.flatMap { partner in
      screen.partner(in: self).map { (subject: $0.subject, name: partner.name(in: self)) }
    }
    return ExportedView(subject: subject, site: site?.site, bars: bars, scale: scale, partner: partner)
  }
}
