import Figures
import Terminal

/// What can happen to a ``Model``.
public enum Message: Sendable {
  /// A key was pressed.
  case key(Key)
  /// The terminal has a new size.
  case resize(CellSize)
  /// The run went on.
  case figure(RunFigure)
  /// Export files are written, in this folder.
  case exported(folder: String)
  /// They are not, for this reason.
  case exportFailed(String)
}

/// What a message makes the program do beside drawing.
public enum Effect: Sendable, Equatable {
  /// Write the export files.
  case export
  /// Draw the whole screen anew.
  case repaint
  /// Leave.
  case quit
}
