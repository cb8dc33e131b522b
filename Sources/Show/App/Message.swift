import Figures
import Terminal

/// What can happen to a ``Model``.
public enum Message: Sendable {
  /// A key was pressed.
  case key(Key)
  /// The mouse was used.
  case mouse(MouseEvent)
  /// The terminal has a new size.
  case resize(CellSize)
  /// The run went on; the second figure is of what the first subject is compared with.
  case figure(RunFigure, beside: RunFigure? = nil)
  /// Export files are written, in this folder.
  case exported(folder: String)
  /// They are not, for this reason.
  case exportFailed(String)
  /// The run is saved, in this file.
  case saved(file: String)
  /// It is not, for this reason.
  case saveFailed(String)
}

/// What a message makes the program do beside drawing.
public enum Effect: Sendable, Equatable {
  /// Write the export files.
  case export
  /// Save the run.
  case save
  /// Take the mouse's events, or leave them to the terminal.
  case mouse(Bool)
  /// Draw the whole screen anew.
  case repaint
  /// Leave.
  case quit
}
