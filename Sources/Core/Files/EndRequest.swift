import CFiles

/// Signals that ask the program to end, for one that has something to finish first: interrupt, termination, a terminal
/// that is gone, and SIGUSR1, by which schedulers warn before they kill.
package enum EndRequest {
  /// Such signals are noted from now on instead of ending the program; the second of a kind ends it.
  package static func note() { files_note_end_signals() }

  /// The signal that was noted; nil while there is none.
  package static var signal: Int32? {
    let signal = files_noted_signal()
    return signal == 0 ? nil : signal
  }
}
