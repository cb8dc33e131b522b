import Inference
import KernelInterface
import Networks
import Tensors

/// Speeds on so many threads at once, each with memory of its own.
struct Rates {
  let threads: Int

  /// Images per second of all threads together, during `seconds` after a short warm-up.
  func imagesPerSecond(
    _ plan: Plan, seconds: Double, observer: @escaping @Sendable () -> (any ActivationObserver)?
  ) throws(ThreadShortage) -> Double {
    try sum { _ in
      let executor = Executor(plan)
      let (image, observer) = (TensorSlice.noise(plan.input), observer())
      var next = 0
      func rate(seconds: Double, atLeast images: Int) -> Double {
        let start = ContinuousClock.now
        var done = 0
        var elapsed = 0.0
        repeat {
          while !executor.isFull {
            executor.begin(image, image: ImageIdentity(ordinal: next, key: UInt64(next)), observer: observer)
            next += 1
          }
          executor.finish(observer: observer)
          done += plan.batchSize
          elapsed = (ContinuousClock.now - start).inSeconds
        } while elapsed < seconds || done < images
        return Double(done) / elapsed
      }
      _ = rate(seconds: min(0.2, seconds / 4), atLeast: 2)
      return rate(seconds: seconds, atLeast: 1)
    }
  }

  /// Multiply-adds per second of all threads together when they do nothing else: the limit of the kernels' instruction
  /// set.
  func peak(_ kernels: KernelTable, seconds: Double = 0.1) throws(ThreadShortage) -> Double {
    try sum { _ in
      let output = TensorSlice(zeros: 16)
      let start = ContinuousClock.now
      var best = 0.0
      repeat {
        let begin = ContinuousClock.now
        let count = kernels.peak(100_000, output)
        best = max(best, Double(count) / (ContinuousClock.now - begin).inSeconds)
      } while (ContinuousClock.now - start).inSeconds < seconds
      return best
    }
  }

  private func sum(_ rate: @escaping @Sendable (Int) -> Double) throws(ThreadShortage) -> Double {
    try onThreads(threads, rate).reduce(0, +)
  }
}
