import Figures
import Networks
import Statistics

/// What the terminal asks of a run: the only way back along the flow from images to figures.
///
/// The user interface's thread asks up to thirty times a second and after every key, so an answer must come at once: it
/// is what the workers published last, and nobody is waited for.
public protocol RunController: Sendable {
  /// Gives the workers to a subject, whose statistics go on where they were left, and returns what is known about it by
  /// now.
  ///
  /// A question about a site that the variant does not have is left out of the figure, and so is one that no image has
  /// answered yet.
  func ask(_ subject: Subject, _ questions: Set<Question>) -> RunFigure

  /// Writes every export file and returns the folder for the notice on the screen.
  ///
  /// Called on a thread of its own, never twice at a time. Throws what the user is to read.
  func export() throws -> String
}
