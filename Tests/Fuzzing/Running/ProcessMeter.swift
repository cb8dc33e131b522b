import Foundation
import Glibc

/// What this process has taken since it was asked last.
struct ProcessMeter {
  private var seconds = 0.0
  private var bytes = 0

  /// Begins anew.
  mutating func start() {
    // The kernel begins a new peak.
    try? Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))
    (seconds, bytes) = (Self.processorSeconds, Self.memory("VmRSS"))
  }

  /// Seconds of processor time, and how much memory was taken at most beyond what there was, in bytes.
  var taken: (seconds: Double, bytes: Int) {
    (Self.processorSeconds - seconds, max(0, Self.memory("VmHWM") - bytes))
  }

  private static var processorSeconds: Double {
    var time = timespec()
    // The call fills the structure, which lives through it.
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// A line of the process' status, in bytes; 0 where the system does not tell.
  private static func memory(_ name: String) -> Int {
    guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return 0 }
    let line = text.split(separator: "\n").first { $0.hasPrefix(name + ":") }
    return (line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0) << 10
  }
}
