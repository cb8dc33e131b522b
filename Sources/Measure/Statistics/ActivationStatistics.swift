import KernelInterface
import Networks

/// Everything that is counted about one variant's activations by one worker; merges exactly with what other workers and runs counted.
///
/// Nothing depends on the order of images, on how they are split or on the number of workers. Memory does not grow with the number of
/// images. One owner at a time: a worker feeds it, and hands out copies (``summaries``, ``density(of:)``) between two images.
public final class ActivationStatistics: ActivationObserver, @unchecked Sendable {
  /// The variant's activations, by id.
  public let sites: [ActivationSite]
  /// Which elements the densities count.
  public let selection: ElementSelection
  /// Every site's statistics but its density, by id. Copying takes no time; the next image then costs the copy.
  public var summaries: [SiteSummary] {
    settle()
    var copy = coefficientSummaries
    for site in copy.indices { copy[site].pairs = densities[site].totals }
    return copy
  }

  private var coefficientSummaries: [SiteSummary]
  private let densities: [Density]
  private let binPairs: @Sendable (BinningCall) -> BinningResult
  private let addCoefficients: @Sendable (CoefficientCall) -> CoefficientResult?
  private let addDifferences: @Sendable (DifferenceCall) -> DifferenceResult
  /// Slope differences that are still to be counted, by site.
  private var differences: [DifferenceBuffer]

  /// Starts empty.
  ///
  /// - Parameters:
  ///   - sites: all sites of a network, site `i` with id `i`.
  ///   - selection: which elements to count.
  ///   - kernels: counts pairs.
  public init(sites: [ActivationSite], selection: ElementSelection, kernels: KernelTable) {
    precondition(sites.enumerated().allSatisfy { $0 == $1.id }, "sites are in the order of their ids")
    self.sites = sites
    self.selection = selection
    coefficientSummaries = sites.map { SiteSummary(site: $0, share: selection.share(at: $0.id)) }
    densities = sites.map { _ in Density() }
    binPairs = kernels.binPairs
    addCoefficients = kernels.addCoefficients
    addDifferences = kernels.addDifferences
    differences = sites.map { DifferenceBuffer(channels: $0.coefficientChannels) }
  }

  /// The positions that the selection takes.
  public func wantedPositions(of site: ActivationSite, image: ImageIdentity) -> PositionSelection {
    selection.positions(at: site.id, image: image)
  }

  /// Takes one image's coefficients.
  public func observe(_ coefficients: ActivationCoefficients, of site: ActivationSite, image: ImageIdentity) {
    if !differences[site.id].hasRoom(for: site.coefficientChannels) { settle(site.id) }
    coefficientSummaries[site.id].coefficients.add(
      coefficients, differences: &differences[site.id], with: addCoefficients)
  }

  /// Counts the elements of a sample that the selection takes.
  public func observe(_ sample: ActivationSample, of site: ActivationSite, image: ImageIdentity) {
    guard let rows = selection.positions(at: site.id, image: image).rows(of: sample) else { return }
    let start = rows.first * sample.channelStride
    densities[site.id].count(
      Density.Pairs(
        x: sample.x[start..<sample.x.count], y: sample.y[start..<sample.y.count], runs: rows.count,
        length: sample.channels, stride: rows.step * sample.channelStride),
      binPairs: binPairs)
  }

  /// Notes that so many images are through the whole network: the images that sites without coefficients have seen.
  public func finish(images: Int) {
    for site in sites where !site.activation.hasCoefficients { coefficientSummaries[site.id].finish(images: images) }
  }

  /// Counts the slope differences that were put aside.
  private func settle() { for site in sites.indices { settle(site) } }

  private func settle(_ site: Int) {
    guard differences[site].count > 0 else { return }
    coefficientSummaries[site].coefficients.take(&differences[site], with: addDifferences)
  }

  /// A copy of one site's density.
  public func density(of site: Int) -> DensitySnapshot { densities[site].snapshot }

  /// Adds what another worker or run counted of the same variant.
  public func merge(_ other: ActivationStatistics) {
    precondition(other.sites == sites && other.selection == selection, "statistics of different runs")
    other.settle()
    settle()
    for site in sites.indices {
      coefficientSummaries[site].merge(other.coefficientSummaries[site])
      densities[site].merge(other.densities[site])
    }
  }
}

extension [SiteSummary] {
  /// Adds another worker's or run's summaries of the same sites.
  public mutating func merge(_ other: [SiteSummary]) {
    precondition(other.count == count, "summaries of different networks")
    for site in indices { self[site].merge(other[site]) }
  }
}
