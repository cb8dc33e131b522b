/// What happens at a terminal.
public enum TerminalEvent: Sendable, Equatable {
  /// A key was pressed.
  case key(Key)
  /// The mouse was used, where ``TerminalScreen/useMouse(_:)`` said so.
  case mouse(MouseEvent)
  /// The screen has a new size, or its content was lost; the next draw is a full one.
  case resize(CellSize)
  /// The user wants the program stopped for now (Ctrl-Z).
  case suspend
  /// A signal asks the program to end.
  case terminate(signal: Int32)
  /// The terminal went away.
  case hangUp
}

/// A terminal as the program's loop sees it; one thread uses it.
public protocol TerminalScreen: AnyObject {
  /// Columns and rows now.
  var size: CellSize { get }
  /// What it can show.
  var capabilities: Capabilities { get }
  /// Ends a wait for events early; may be called from any thread at any time.
  var wake: @Sendable () -> Void { get }

  /// Waits for events at most `timeout`, for ever without one, and returns what came; nothing after a timeout or a
  /// wake.
  func nextEvents(timeout: Duration?) -> [TerminalEvent]
  /// Shows a screen; what has not changed is not written again.
  func draw(_ buffer: CellBuffer)
  /// Takes the mouse's events, or leaves them to the terminal, which selects text with them.
  func useMouse(_ isUsed: Bool)
  /// Makes the next draw a full one.
  func repaint()
  /// Gives the terminal back, stops the process, and takes the terminal again when the process goes on.
  func suspend()
}
