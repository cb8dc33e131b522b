import Foundation
import Glibc
import Processes

/// A child process that tries inputs of one kind: where it crashes or hangs, the parent knows at which.
struct FuzzChild {
  /// The program to start: this one.
  let program: String
  let kind: String
  let seed: UInt64
  /// Longest that one input may take by the clock, in seconds.
  let patience: Double

  /// How a child ended before its time: the input, and what is wrong.
  struct Crash {
    let number: Int
    let problem: String
  }

  /// Runs a child from an input on; the crash that ended it, if one did.
  func run(from first: Int, count: Int, seconds: Double, report: (FuzzEvent) -> Void) throws -> Crash? {
    let folder = FileManager.default.temporaryDirectory.appending(path: "dyviz-fuzz-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let work = folder.appending(path: "work")
    try FileManager.default.createDirectory(at: work, withIntermediateDirectories: true)
    let errors = folder.appending(path: "errors").path
    let pipe = Pipe()
    let process = try SpawnedProcess(
      program,
      [
        "--child", work.path, "--kinds", kind, "--seed", "\(seed)", "--from", "\(first)", "--inputs", "\(count)",
        "--seconds", "\(seconds)",
      ], environment: ["SWIFT_BACKTRACE": "enable=no"], output: pipe.fileHandleForWriting.fileDescriptor,
      errors: errors)
    try pipe.fileHandleForWriting.close()
    var (current, isHung) = (first, false)
    var lines = LineReader(pipe.fileHandleForReading.fileDescriptor)
    while let line = lines.next(atMost: patience, isLate: &isHung) {
      guard let event = FuzzEvent(line: line[...]) else { continue }
      if case .began(let number) = event { current = number }
      report(event)
    }
    if isHung { process.signal(SIGKILL) }
    let ending = process.wait(atMost: 60)
    if ending == .status(0) { return nil }
    let said = (try? String(contentsOfFile: errors, encoding: .utf8))?.split(separator: "\n").prefix(3) ?? []
    let what = isHung ? "nothing for \(patience) s" : ending.map { "\($0)" } ?? "no end"
    return Crash(number: current, problem: ([what] + said.map(String.init)).joined(separator: " | "))
  }
}

/// Lines from a descriptor, with patience.
private struct LineReader {
  private let descriptor: Int32
  private var bytes: [UInt8] = []

  init(_ descriptor: Int32) { self.descriptor = descriptor }

  /// The next line; nil at the end, or where none came in time.
  mutating func next(atMost seconds: Double, isLate: inout Bool) -> String? {
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
        defer { bytes.removeSubrange(...end) }
        return String(decoding: bytes[..<end], as: UTF8.self)
      }
      var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      // Structure and array live through the calls.
      guard unsafe poll(&wanted, 1, Int32(seconds * 1000)) > 0 else {
        isLate = true
        return nil
      }
      let count = unsafe read(descriptor, &chunk, chunk.count)
      guard count > 0 else { return nil }
      bytes += chunk[..<count]
    }
  }
}
