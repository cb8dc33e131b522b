import CFiles
import Synchronization

/// Holds back the signals that ask the program to end while something is half written, so that it can be taken away
/// first. Several may hold them at a time, on any threads; they are let go with the last.
package struct HeldSignals: ~Copyable {
  private static let holders = Mutex(0)

  /// Signals are held from now on.
  package init() {
    Self.holders.withLock { holders in
      if holders == 0 { files_hold_signals() }
      holders += 1
    }
  }

  /// Whatever was held back happens when nobody holds it any more.
  deinit {
    Self.holders.withLock { holders in
      holders -= 1
      if holders == 0 { files_release_signals() }
    }
  }

  /// An error where a signal asks for the end of the program; `path` is what is not written any more.
  static func check(_ path: String) throws(FileError) {
    guard files_held_signal() != 0 else { return }
    throw FileError(operation: "write", path: path, reason: "ended by signal \(files_held_signal())")
  }
}
