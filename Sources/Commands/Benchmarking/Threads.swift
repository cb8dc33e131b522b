import Foundation
import Synchronization

/// Runs `body` on so many threads at once and returns their results in the order of the threads' numbers.
func onThreads<Result: Sendable>(_ count: Int, _ body: @escaping @Sendable (_ number: Int) -> Result) -> [Result] {
  let results = Results<Result>()
  let group = DispatchGroup()
  for number in 0..<count {
    group.enter()
    let thread = Thread {
      let result = body(number)
      results.values.withLock { $0[number] = result }
      group.leave()
    }
    thread.stackSize = 8 << 20
    thread.start()
  }
  group.wait()
  return results.values.withLock { values in (0..<count).compactMap { values[$0] } }
}

private final class Results<Result: Sendable>: Sendable {
  let values = Mutex<[Int: Result]>([:])
}

extension Duration {
  /// The duration as a number.
  var inSeconds: Double { self / .seconds(1) }
}

extension Collection<Double> {
  /// The middle of the values, or the mean of the two in the middle; nil without values.
  var median: Double? {
    let sorted = sorted()
    guard !sorted.isEmpty else { return nil }
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }
}
