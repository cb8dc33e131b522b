import CFiles

/// Holds back the signals that ask the program to end while something is half written, so that it can be taken away
/// first. One at a time.
package struct HeldSignals: ~Copyable {
  /// Signals are held from now on.
  package init() { files_hold_signals() }

  /// Whatever was held back happens now.
  deinit { files_release_signals() }

  /// An error where a signal asks for the end of the program; `path` is what is not written any more.
  static func check(_ path: String) throws(FileError) {
    guard files_held_signal() != 0 else { return }
    throw FileError(operation: "write", path: path, reason: "ended by signal \(files_held_signal())")
  }
}
