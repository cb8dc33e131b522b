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

  /// Writes every export file, and what was marked, and returns the folder for the notice on the screen.
  ///
  /// Called on a thread of its own, never twice at a time. Throws what the user is to read.
  func export(_ marks: [Mark]) throws -> String

  /// Saves all that was found, and what was marked, and returns the file for the notice on the screen. Called as
  /// ``export(_:)`` is.
  func save(_ marks: [Mark]) throws -> String
}
