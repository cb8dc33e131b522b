import Figures
import Networks
import Statistics

extension RunProgress {
  /// Nothing is known yet: images are being listed.
  static let waiting = RunProgress(
    state: .running, done: 0, total: 0, skipped: 0, imagesPerSecond: nil, secondsLeft: nil, top1: nil, top5: nil)

  /// A variant that could not be started.
  static func failed(_ text: String) -> RunProgress {
    RunProgress(
      state: .failed(text), done: 0, total: 0, skipped: 0, imagesPerSecond: nil, secondsLeft: nil, top1: nil, top5: nil)
  }

  /// How far `run` is.
  public init(_ run: VariantRun, classification: ClassificationStatistics?, imagesPerSecond: Double?) {
    let state: State =
      if let failure = run.strictFailure { .failed("\(failure)") } else { run.isFinished ? .done : .running }
    let left = run.items.count - run.done - run.skipped
    self.init(
      state: state, done: run.done, total: run.items.count, skipped: run.skipped, imagesPerSecond: imagesPerSecond,
      secondsLeft: state == .running ? imagesPerSecond.flatMap { $0 > 0 ? Double(left) / $0 : nil } : nil,
      top1: classification?.top1, top5: classification?.top5)
  }
}

extension SiteFigure {
  /// A site before the first image.
  init(unseen site: ActivationSite) {
    self.init(
      site: site, images: 0, elements: 0, share: 1, slopes: [], intercepts: [], slopeDifference: nil,
      slopeOutsideUnitShare: nil, interceptShare: nil, positiveFromNegativeShare: nil, outsideRange: 0, notFinite: 0)
  }
}
