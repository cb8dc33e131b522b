import Glibc

/// The pipe through which signal handlers and other threads wake the one that waits for events.
///
/// A byte is a signal's number; 0 is a mere wake. Both ends never block.
final class SignalPipe: Sendable {
  /// What became of the wait for input.
  enum InputState {
    /// Nothing to read.
    case quiet
    /// Something to read.
    case readable
    /// The other side is gone.
    case closed
  }

  /// Where signal handlers write.
  let writeEnd: Int32
  private let readEnd: Int32

  init?() {
    var ends: [Int32] = [-1, -1]
    // The array has room for the two descriptors.
    guard unsafe pipe(&ends) == 0 else { return nil }
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    readEnd = ends[0]
    writeEnd = ends[1]
  }

  deinit {
    close(readEnd)
    close(writeEnd)
  }

  /// Ends the current or the next wait.
  func wake() {
    var byte: UInt8 = 0
    // One byte that lives through the call; a full pipe wakes as well.
    _ = unsafe write(writeEnd, &byte, 1)
  }

  /// Waits until input, a signal or a wake comes, or until the timeout.
  func wait(for input: Int32, timeout: Duration?) -> InputState {
    var descriptors = [
      pollfd(fd: input, events: Int16(POLLIN), revents: 0), pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0),
    ]
    // The array lives through the call; an interrupted wait counts as one that ended.
    guard unsafe poll(&descriptors, 2, Self.milliseconds(timeout)) > 0 else { return .quiet }
    let result = Int32(descriptors[0].revents)
    if result & POLLIN != 0 { return Self.hasBytes(input) ? .readable : .closed }
    return result & (POLLHUP | POLLERR | POLLNVAL) != 0 ? .closed : .quiet
  }

  /// The signals that came, in their order, each once.
  func takeAll() -> [Int32] {
    var numbers: [Int32] = []
    var bytes = [UInt8](repeating: 0, count: 64)
    while true {
      // The array has room for as many bytes as are asked for.
      let count = unsafe read(readEnd, &bytes, bytes.count)
      guard count > 0 else { return numbers }
      for byte in bytes.prefix(count) where byte != 0 && !numbers.contains(Int32(byte)) { numbers.append(Int32(byte)) }
    }
  }

  /// Forgets one signal that may have come; others stay.
  func discard(_ number: Int32) {
    for other in takeAll() where other != number {
      var byte = UInt8(other)
      // One byte that lives through the call.
      _ = unsafe write(writeEnd, &byte, 1)
    }
  }

  /// A terminal that went away counts as readable, but has nothing to read and refuses the request.
  private static func hasBytes(_ input: Int32) -> Bool {
    var count: Int32 = 0
    // The request fills one integer that lives through the call.
    return unsafe ioctl(input, UInt(FIONREAD), &count) == 0 && count > 0
  }

  private static func milliseconds(_ timeout: Duration?) -> Int32 {
    guard let timeout else { return -1 }
    let parts = timeout.components
    guard parts.seconds < 1_000_000 else { return 1_000_000_000 }
    return Int32(max(0, parts.seconds * 1000 + (parts.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000))
  }
}
