import Foundation

/// Kinds in turn, each in child processes, for a time or a number of inputs; what failed is kept.
package struct FuzzSession {
  /// What came of one kind's inputs.
  package struct Tally: Sendable {
    package var accepted = 0
    package var refused = 0
    package var failures = 0
    /// Seconds by the clock.
    package var seconds = 0.0
    package var longest = 0.0
    package var mostBytes = 0
    /// The next input.
    var next = 0
    package var inputs: Int { accepted + refused + failures }
  }

  /// The program that is started as a child.
  package var program: String
  package var seed: UInt64
  /// Where inputs that failed are kept.
  package var keep: String
  /// Longest that one input may take by the clock, in seconds.
  package var patience: Double
  /// What is told at once: failures.
  package var tell: (String) -> Void
  /// Failures after which a kind is left alone.
  package static let enough = 20
  /// Seconds for one kind before the next has its turn.
  private static let turn = 15.0

  /// A session.
  package init(
    program: String, seed: UInt64, keep: String, patience: Double, tell: @escaping (String) -> Void
  ) {
    (self.program, self.seed, self.keep, self.patience, self.tell) = (program, seed, keep, patience, tell)
  }

  /// Tries inputs from `first` on, `count` of each kind at most, for `seconds` altogether.
  package func run(_ kinds: [any FuzzKind.Type], from first: Int, count: Int, seconds: Double) throws -> [Tally] {
    var tallies = kinds.map { _ in Tally(next: first) }
    let clock = ContinuousClock()
    let end = clock.now + .seconds(seconds)
    func isOpen(_ index: Int) -> Bool {
      tallies[index].next < first + count && tallies[index].failures < Self.enough && clock.now < end
    }
    while kinds.indices.contains(where: isOpen) {
      let share = min(Self.turn, max(1, seconds / Double(kinds.count)))
      for index in kinds.indices where isOpen(index) {
        let start = clock.now
        let left = Double(seconds: end - start)
        try turn(
          kinds[index], &tallies[index], count: first + count - tallies[index].next, seconds: min(share, left))
        tallies[index].seconds += Double(seconds: clock.now - start)
      }
    }
    return tallies
  }

  private func turn(_ kind: any FuzzKind.Type, _ tally: inout Tally, count: Int, seconds: Double) throws {
    let child = FuzzChild(program: program, kind: kind.name, seed: seed, patience: patience)
    let crash = try child.run(from: tally.next, count: count, seconds: seconds) { event in
      guard case .ended(let number, let verdict, let seconds, let bytes) = event else { return }
      tally.next = number + 1
      tally.longest = max(tally.longest, seconds)
      tally.mostBytes = max(tally.mostBytes, bytes)
      switch verdict {
      case .accepted: tally.accepted += 1
      case .refused: tally.refused += 1
      case .violated(let problem): fail(kind, number, problem, &tally)
      }
    }
    if let crash {
      tally.next = crash.number + 1
      fail(kind, crash.number, crash.problem, &tally)
    }
  }

  /// Keeps an input that failed and tells how to try it again.
  private func fail(_ kind: any FuzzKind.Type, _ number: Int, _ problem: String, _ tally: inout Tally) {
    tally.failures += 1
    let folder = "\(keep)/\(kind.name)-\(seed)-\(number)"
    tell(
      """
      FAILED \(kind.name), seed \(seed), number \(number): \(problem)
        again: \(program) --kinds \(kind.name) --seed \(seed) --number \(number)
        input: \(folder)
      """)
    do { try keepInput(kind, number, in: folder) } catch { tell("  the input could not be kept: \(error)") }
  }

  private func keepInput(_ kind: any FuzzKind.Type, _ number: Int, in folder: String) throws {
    let work = FileManager.default.temporaryDirectory.appending(path: "dyviz-fuzz-\(UUID().uuidString)")
    for path in [work.path, folder] {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    defer { try? FileManager.default.removeItem(at: work) }
    try FuzzLoop(kind, seed: seed, folder: work.path).input(number).write(to: folder)
  }
}

extension Double {
  fileprivate init(seconds duration: Duration) {
    self = Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }
}
