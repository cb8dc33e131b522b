/// Inputs of one kind, one after the other, in this process.
package struct FuzzLoop {
  /// What is tried.
  package let kind: any FuzzKind
  private let name: String
  private let limits: FuzzLimits
  private let seed: UInt64

  /// A loop; `folder` is empty.
  package init(_ type: any FuzzKind.Type, seed: UInt64, folder: String) throws {
    kind = try type.init(folder: folder)
    (name, limits) = (type.name, type.limits)
    self.seed = seed
  }

  /// The input of a number.
  package func input(_ number: Int) -> FuzzInput {
    var random = FuzzRandom(seed: seed, kind: name, number: number)
    return kind.input(&random)
  }

  /// Tries inputs from a number on: so many, and for so long.
  package func run(from first: Int, count: Int, seconds: Double, report: (FuzzEvent) -> Void) {
    let end = ContinuousClock().now + .seconds(seconds)
    var meter = ProcessMeter()
    for number in first..<first + count {
      report(.began(number))
      let input = input(number)
      meter.start()
      var verdict = kind.verdict(input)
      let taken = meter.taken
      if case .violated = verdict {
      } else if taken.seconds > limits.seconds {
        verdict = .violated("\(taken.seconds) s of processor time, more than \(limits.seconds)")
      } else if taken.bytes > limits.bytes {
        verdict = .violated("\(taken.bytes >> 20) MiB of memory, more than \(limits.bytes >> 20)")
      }
      report(.ended(number, verdict, seconds: taken.seconds, bytes: taken.bytes))
      if ContinuousClock().now >= end { return }
    }
  }
}
