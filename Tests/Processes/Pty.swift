import Foundation
import Glibc

/// A pseudoterminal: a driver or a program sits at one end, the test reads and types at the other.
package final class Pty {
  private var controller: Int32
  package let terminal: Int32
  /// The path by which a program opens it.
  package let path: String

  package init(columns: UInt16, rows: UInt16) throws {
    // The request codes are Linux's TIOCSPTLCK and TIOCGPTN, macros that do not import.
    controller = unsafe Glibc.open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var lock: Int32 = 0
    var number: Int32 = 0
    // The paths live through the calls; both requests use one integer that lives through the call.
    guard controller >= 0, unsafe ioctl(controller, 0x4004_5431, &lock) == 0,
      unsafe ioctl(controller, 0x8004_5430, &number) == 0
    else { throw POSIXError(.EIO) }
    path = "/dev/pts/\(number)"
    terminal = unsafe Glibc.open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
    _ = fcntl(controller, F_SETFL, O_NONBLOCK)
    resize(columns: columns, rows: rows)
  }

  deinit {
    close(controller)
    close(terminal)
  }

  /// Closes the terminal's other end.
  package func hangUp() {
    close(controller)
    controller = -1
  }

  package func resize(columns: UInt16, rows: UInt16) {
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    // The request reads the structure, which lives through the call.
    _ = unsafe ioctl(terminal, UInt(TIOCSWINSZ), &size)
  }

  /// Everything that the terminal's side has written so far.
  package func written() -> [UInt8] {
    var result: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      // The array has room for as many bytes as are asked for.
      let count = unsafe read(controller, &chunk, chunk.count)
      guard count > 0 else { return result }
      result += chunk.prefix(count)
    }
  }

  /// Types bytes.
  package func type(_ text: String) { type(Array(text.utf8)) }

  /// Types bytes, as many as the terminal takes at once.
  package func type(_ bytes: [UInt8]) {
    // The array lives through the call.
    _ = unsafe write(controller, bytes, bytes.count)
  }

  /// The terminal's local modes: echo, line editing and the like.
  package var modes: tcflag_t {
    var modes = termios()
    // The call fills the structure, which lives through it.
    _ = unsafe tcgetattr(terminal, &modes)
    return modes.c_lflag
  }
}
