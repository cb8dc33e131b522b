import Figures

/// What the terminal asks of a run: the only way back along the flow from images to figures.
///
/// The user interface's thread calls ``snapshot(for:)`` up to thirty times a second and after every key, so it must return at once: it hands
/// out what the workers published last and waits for nobody.
public protocol RunController: Sendable {
  /// The newest state of the variant that runs, with the density grids of `sites` (ids of the variant's sites).
  ///
  /// Ids that the variant does not have are left out of the result; nil before anything is known of the run.
  func snapshot(for sites: Set<Int>) -> RunSnapshot?

  /// Gives the workers to the variant `index` of ``RunSnapshot/variants``; its statistics go on where they were left. Returns at once;
  /// a later snapshot shows the variant.
  func startVariant(_ index: Int)

  /// Writes every export file and returns the folder for the notice on the screen.
  ///
  /// Called on a thread of its own, never twice at a time. Throws what the user is to read.
  func export() throws -> String
}
