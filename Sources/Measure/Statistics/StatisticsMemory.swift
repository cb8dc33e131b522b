import KernelInterface
import Networks
import Tensors

/// How much memory one worker's ``ActivationStatistics`` takes at the most, before any of it is taken.
public struct StatisticsMemory {
  /// Bytes.
  public let bytes: Int

  /// Of so many images at sites, where a density counts what `selection` takes.
  public init(sites: [ActivationSite], images: Int, selection: ElementSelection) {
    bytes = sites.reduce(0) { $0 + Self.coefficients($1) + Self.density($1, images: images, selection) }
  }

  /// Bytes that one worker's histograms take after it has begun, and once more where they are read.
  package static func growth(_ sites: [ActivationSite]) -> Int {
    sites.count * 2 * 2 * HistogramCall.bins * MemoryLayout<UInt64>.stride
  }

  /// Of two histograms, the values before they are counted, and the sums.
  private static func coefficients(_ site: ActivationSite) -> Int {
    let distribution = HistogramCall.bins * (MemoryLayout<UInt16>.stride + MemoryLayout<UInt64>.stride)
    let values = ValueBuffer.bytes(channels: site.coefficientChannels)
    let sums = CoefficientCall.sumCount(
      functions: site.activation.hasCoefficients ? site.activation.functions : 0,
      rowLength: FeatureShape.padded(site.coefficientChannels))
    return 2 * (distribution + values) + sums * MemoryLayout<UInt64>.stride
  }

  /// Pages of a density's bins: as many as there are, or as pairs that may touch one.
  private static func density(_ site: ActivationSite, images: Int, _ selection: ElementSelection) -> Int {
    guard !selection.isEmpty else { return 0 }
    let page = 4096
    let pages = DensityAxis.bins * DensityAxis.bins * MemoryLayout<UInt32>.stride / page
    let step = selection.step(at: site.id)
    let positions = (site.shape.positions + step - 1) / step
    let pairs = (positions * site.shape.channels).multipliedReportingOverflow(by: images)
    return page * (pairs.overflow ? pages : min(pages, pairs.partialValue))
  }
}
