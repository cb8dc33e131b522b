import Figures

extension Pass {
  /// Runs all images and returns when the last one is through or a strict run was ended.
  ///
  /// - Parameters:
  ///   - interval: Seconds between two calls of `report`.
  ///   - report: Is told how far the run is; the last call comes at the end.
  public func runToEnd(reportingEvery interval: Double = 0.2, _ report: (RunProgress) -> Void) {
    let clock = ContinuousClock()
    let start = clock.now
    var meter = RateMeter()
    resume()
    while true {
      meter.record(done: done + skipped, at: Double(seconds: clock.now - start))
      report(RunProgress(self, imagesPerSecond: meter.imagesPerSecond))
      if wait(atMost: interval) { break }
    }
    let seconds = Double(seconds: clock.now - start)
    let rate = seconds > 0 ? Double(done + skipped) / seconds : nil
    report(RunProgress(self, imagesPerSecond: rate))
  }
}
