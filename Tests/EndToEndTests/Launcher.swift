/// How the tests start programs: as a shell would, whatever the test runner's own state is.
///
/// Foundation starts children from threads that block all signals, and hands down the descriptor by which it notices
/// their end; a server that a child leaves behind (tmux) would keep both. So a line of Python unblocks the signals,
/// closes what is open beyond standard error, and becomes the program.
enum Launcher {
  static let path = "/usr/bin/env"
  private static let script = """
    import os, signal, sys
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    os.closerange(3, 1024)
    os.execvp(sys.argv[1], sys.argv[1:])
    """

  static func arguments(_ program: String, _ arguments: [String]) -> [String] {
    ["python3", "-c", script, program] + arguments
  }
}
