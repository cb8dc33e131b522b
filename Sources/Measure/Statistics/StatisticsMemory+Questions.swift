import KernelInterface
import Networks

extension StatisticsMemory {
  /// Of what one worker counts for a question that comes late.
  public init(_ question: Question, of sites: [ActivationSite]) {
    let asked = question.lastSite.flatMap { sites.indices.contains($0) ? sites[$0] : nil }
    let floats = MemoryLayout<Float>.stride
    let counts = MemoryLayout<UInt64>.stride
    switch question {
    case .channels:
      bytes = asked.map { $0.lineCount * MemoryLayout<FixedPointSums>.stride + $0.shape.channels * 8 * counts } ?? 0
    case .channelDensity: bytes = DensityAxis.bins * DensityAxis.bins * (MemoryLayout<UInt32>.stride + counts)
    case .exemplars:
      // Two counts for each element that an image has, of as many images as are kept.
      bytes = asked.map { ($0.shape.channels + $0.shape.positions) * counts * ExemplarsFinding.mostExemplars } ?? 0
    case .slopeClasses(_, let classes):
      let slopes = (asked.map { [$0] } ?? sites).reduce(0) { $0 + $1.lineCount }
      let (all, overflow) = slopes.multipliedReportingOverflow(by: max(classes, 1))
      bytes = (overflow ? Int.max : min(all, SlopeClassesFinding.mostCounters * 2)) / 2 * counts
    case .image(_, let site):
      let map = site.flatMap { sites.indices.contains($0) ? sites[$0].shape.positions : nil } ?? 0
      bytes = sites.reduce(map * 16 * counts) { $0 + $1.lineCount * floats }
    case .effects(let whatIfs):
      bytes = whatIfs.reduce(0) { sum, whatIf in
        whatIf.sites.reduce(sum) { $0 + (sites.indices.contains($1) ? sites[$1].lineCount * floats : 0) }
      }
    case .predictions(let ordinals): bytes = ordinals.count * MemoryLayout<Prediction>.stride
    case .functions, .density, .extremes, .classification, .skipped: bytes = 0
    }
  }
}

extension ActivationSite {
  /// Slopes and intercepts of an image, and one more row.
  fileprivate var lineCount: Int { (2 * activation.functions + 1) * coefficientChannels }
}
