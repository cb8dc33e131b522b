import ArgumentParser
import Foundation
import Fuzzing

/// Hostile inputs for everything that reads something: `make fuzz`.
@main struct FuzzCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dyviz-fuzz",
    abstract: "Try changed files, keys and terminals, each in a process of its own; CONTRIBUTING.md says more.")

  @Option(help: "How long, all kinds together.")
  var minutes: Double?

  @Option(help: "The same in seconds.")
  var seconds: Double?

  @Option(help: "How many inputs of each kind.")
  var inputs: Int?

  @Option(help: "The same seed gives the same inputs.")
  var seed: UInt64 = 1

  @Option(help: "The number of the first input.")
  var from = 0

  @Option(help: "The only input to try.")
  var number: Int?

  @Option(help: "The kinds, with commas between; by default all.")
  var kinds: String?

  @Option(help: "Seconds after which an input hangs.")
  var patience = 180.0

  @Option(help: "Where inputs that fail are kept.")
  var keep = ".build/fuzz"

  #if COVERAGE
    @Flag(help: "Let libFuzzer make the inputs, of one kind that is one file.")
    var coverage = false
  #endif

  @Option(help: .hidden)
  var child: String?

  func run() throws {
    let kinds = try chosen()
    let count = number == nil ? inputs ?? .max / 2 : 1
    let first = number ?? from
    let time = seconds ?? minutes.map { 60 * $0 } ?? (inputs == nil && number == nil ? 60 : 1e9)
    if let child {
      limitMemory()
      return try FuzzLoop(kinds[0], seed: seed, folder: child).run(from: first, count: count, seconds: time) { event in
        say(event.line)
      }
    }
    #if COVERAGE
      if coverage {
        let folder = "\(keep)/coverage"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let loop = try FuzzLoop(kinds[0], seed: seed, folder: folder)
        return try CoverageFuzzer.run(
          loop, kind: loop.kind, seconds: time, corpus: "\(keep)/corpus-\(kinds[0].name)", keep: keep)
      }
    #endif
    let program = Bundle.main.executablePath ?? CommandLine.arguments[0]
    say("seed \(seed)")
    let session = FuzzSession(program: program, seed: seed, keep: keep, patience: patience) { say($0) }
    let tallies = try session.run(kinds, from: first, count: count, seconds: time)
    for (kind, tally) in zip(kinds, tallies) { say(line(kind.name, tally)) }
    guard tallies.allSatisfy({ $0.failures == 0 }) else { throw ExitCode(1) }
  }

  /// Prints a line at once, be it into a file.
  private func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

  private func chosen() throws -> [any FuzzKind.Type] {
    guard let kinds else { return FuzzKinds.usual }
    return try kinds.split(separator: ",").map { name in
      guard let kind = FuzzKinds.named(String(name)) else {
        throw ValidationError("no kind \(name); there are \(FuzzKinds.all.map { $0.name }.joined(separator: ", "))")
      }
      return kind
    }
  }

  private func line(_ name: String, _ tally: FuzzSession.Tally) -> String {
    let rate = tally.seconds > 0 ? Double(tally.inputs) / tally.seconds : 0
    return String(
      format: "%@: %d inputs, %d read, %d refused, %d failures; %.0f/s; at most %.3f s of processor time and %d MiB",
      name,
      tally.inputs, tally.accepted, tally.refused, tally.failures, rate, tally.longest, tally.mostBytes >> 20)
  }

  /// What takes all memory ends the child, not the machine.
  private func limitMemory() {
    var limit = rlimit(rlim_cur: 8 << 30, rlim_max: 8 << 30)
    // The call reads the structure, which lives through it.
    _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
  }
}
