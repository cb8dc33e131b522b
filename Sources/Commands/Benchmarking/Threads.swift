import Dispatch
import Synchronization
import Threads

/// Runs `body` on so many threads at once and returns their results in the order of the threads' numbers.
///
/// - Throws: ``ThreadShortage`` where the system gives fewer: a speed on some of them would pass for that on all.
func onThreads<Result: Sendable>(
  _ count: Int, _ body: @escaping @Sendable (_ number: Int) -> Result
) throws(ThreadShortage) -> [Result] {
  let results = Results<Result>()
  let group = DispatchGroup()
  for number in 0..<count {
    group.enter()
    let words = WorkerThread.start {
      let result = body(number)
      results.values.withLock { $0[number] = result }
      group.leave()
    }
    guard let words else { continue }
    group.leave()
    group.wait()
    throw ThreadShortage(description: "\(number) of \(count) threads run; the next cannot be started: \(words)")
  }
  group.wait()
  return results.values.withLock { values in (0..<count).compactMap { values[$0] } }
}

/// The system gives fewer threads than are to be measured.
public struct ThreadShortage: Error, CustomStringConvertible {
  /// The sentence.
  public let description: String
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
