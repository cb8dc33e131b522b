import Foundation
import Glibc

/// How a process ended.
package enum ProcessEnding: Equatable, Sendable {
  case status(Int32)
  case signal(Int32)
}

/// A program that was started, as a shell would start it: no signals are blocked or ignored but by its own doing.
package final class SpawnedProcess {
  /// Its number.
  package let id: pid_t
  /// How it ended, once that is known.
  package private(set) var ending: ProcessEnding?

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - path: The program.
  ///   - arguments: Those after its own name.
  ///   - environment: What is added to this process' environment.
  ///   - terminal: A terminal that becomes its own; it then leads a session. Nil for none.
  ///   - output: The descriptor that becomes its standard output, without a terminal; nil for nowhere.
  ///   - errors: The path of the file that its standard error goes to, without a terminal; nil for nowhere.
  package init(
    _ path: String, _ arguments: [String], environment: [String: String] = [:], terminal: String? = nil,
    output: Int32? = nil, errors: String? = nil
  ) throws {
    var attributes = posix_spawnattr_t()
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawnattr_init(&attributes)
    unsafe posix_spawn_file_actions_init(&actions)
    defer {
      unsafe posix_spawnattr_destroy(&attributes)
      unsafe posix_spawn_file_actions_destroy(&actions)
    }
    Self.setSignals(&attributes, leadsSession: terminal != nil)
    // The paths are copied by the calls. The first terminal that a session's leader opens becomes the session's.
    unsafe posix_spawn_file_actions_addopen(&actions, 0, terminal ?? "/dev/null", O_RDWR, 0)
    if terminal != nil {
      unsafe posix_spawn_file_actions_adddup2(&actions, 0, 1)
      unsafe posix_spawn_file_actions_adddup2(&actions, 0, 2)
    } else {
      if let output {
        unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
      } else {
        unsafe posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
      }
      unsafe posix_spawn_file_actions_addopen(&actions, 2, errors ?? "/dev/null", O_WRONLY | O_CREAT | O_APPEND, 0o644)
    }
    let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }.map { "\($0.key)=\($0.value)" }
    var number: pid_t = 0
    let status = unsafe Self.withCStrings([path] + arguments) { arguments in
      unsafe Self.withCStrings(variables) { variables in
        unsafe posix_spawn(&number, path, &actions, &attributes, arguments, variables)
      }
    }
    guard status == 0 else { throw POSIXError(POSIXErrorCode(rawValue: status) ?? .EIO) }
    id = number
  }

  deinit {
    guard ending == nil else { return }
    signal(SIGKILL)
    _ = wait(atMost: 10)
  }

  private static func setSignals(_ attributes: inout posix_spawnattr_t, leadsSession: Bool) {
    var (none, all) = (sigset_t(), sigset_t())
    unsafe sigemptyset(&none)
    unsafe sigfillset(&all)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setsigdefault(&attributes, &all)
    // The last is Linux's POSIX_SPAWN_SETSID.
    let flags = Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF) | (leadsSession ? 0x80 : 0)
    unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
  }

  /// Hands over a list of C strings that ends with nil, valid during the call.
  private static func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    var pointers = unsafe strings.map { unsafe strdup($0) } + [nil]
    defer {
      while unsafe !pointers.isEmpty { unsafe free(pointers.removeLast()) }
    }
    return unsafe body(&pointers)
  }

  /// Sends it a signal, unless it has ended.
  package func signal(_ number: Int32) { if ending == nil { kill(id, number) } }

  /// Whether it has ended by now.
  package var hasEnded: Bool { wait(atMost: 0) != nil }

  /// Waits for its end; nil if that does not come in time.
  package func wait(atMost seconds: Double, meanwhile: () -> Void = {}) -> ProcessEnding? {
    let end = ContinuousClock().now + .seconds(seconds)
    while ending == nil {
      meanwhile()
      var status: Int32 = 0
      // The call fills the number, which lives through it.
      if unsafe waitpid(id, &status, WNOHANG) == id {
        // The macros WIFSIGNALED and others do not import.
        ending = status & 0x7F == 0 ? .status(status >> 8 & 0xFF) : .signal(status & 0x7F)
      } else if ContinuousClock().now >= end {
        return nil
      } else {
        usleep(500)
      }
    }
    return ending
  }
}
