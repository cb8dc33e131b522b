import KernelInterface
import Networks

/// Everything that is counted about one variant's activations by one worker; merges exactly with what other workers and
/// runs counted.
///
/// Nothing depends on the order of images, on how they are split or on the number of workers. Memory does not grow with
/// the number of images. One owner at a time: a worker feeds it, and hands out copies (``finding(_:)``) between two
/// images.
public final class ActivationStatistics: FindingObserver, @unchecked Sendable {
  /// The variant's activations, by id.
  public let sites: [ActivationSite]
  /// Which elements the densities count.
  public let selection: ElementSelection
  /// Every site's statistics but its density, by id. Copying takes no time; the next image then costs the copy.
  package var summaries: [SiteSummary] {
    settle()
    var copy = coefficientSummaries
    for site in copy.indices { copy[site].pairs = densities[site].totals }
    return copy
  }

  /// By site: whether it is a PReLU as the network has it.
  private let isParametric: [Bool]
  private var coefficientSummaries: [SiteSummary]
  private let densities: [Density]
  private let binPairs: @Sendable (BinningCall) -> BinningResult
  private let addCoefficients: @Sendable (CoefficientCall) -> CoefficientResult?
  private let addToHistogram: @Sendable (HistogramCall) -> HistogramResult
  /// Values that are still to be counted, by site.
  private var values: [FunctionValues]
  /// Images that went through the whole network.
  private var images = 0

  /// Starts empty.
  ///
  /// - Parameters:
  ///   - sites: all sites of a network, site `i` with id `i`.
  ///   - selection: which elements to count.
  ///   - changed: ids of sites whose coefficients are not the network's own.
  ///   - kernels: counts pairs.
  public init(
    sites: [ActivationSite], selection: ElementSelection, changed: Set<Int> = [], kernels: KernelTable
  ) {
    precondition(sites.enumerated().allSatisfy { $0 == $1.id }, "sites are in the order of their ids")
    self.sites = sites
    self.selection = selection
    isParametric = sites.map { $0.activation.isParametric && !changed.contains($0.id) }
    coefficientSummaries = sites.map { SiteSummary(site: $0, share: selection.share(at: $0.id)) }
    densities = sites.map { _ in Density() }
    binPairs = kernels.binPairs
    addCoefficients = kernels.addCoefficients
    addToHistogram = kernels.addToHistogram
    values = sites.map { FunctionValues(channels: $0.coefficientChannels) }
  }

  /// The positions that the selection takes.
  public func wantedPositions(of site: ActivationSite, image: ImageIdentity) -> PositionSelection {
    selection.positions(at: site.id, image: image)
  }

  /// Takes one image's coefficients.
  public func observe(_ coefficients: ActivationCoefficients, of site: ActivationSite, image: ImageIdentity) {
    if !values[site.id].hasRoom(for: site.coefficientChannels) { settle(site.id) }
    coefficientSummaries[site.id].coefficients.add(
      coefficients, outputs: CoefficientStatistics.Outputs(site.activation, isParametric: isParametric[site.id]),
      values: &values[site.id], with: addCoefficients)
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
    self.images += images
    for site in sites where !site.activation.hasCoefficients { coefficientSummaries[site.id].finish(images: images) }
  }

  /// Counts the values that were put aside.
  private func settle() { for site in sites.indices { settle(site) } }

  private func settle(_ site: Int) {
    guard !values[site].isEmpty else { return }
    coefficientSummaries[site].coefficients.take(&values[site], with: addToHistogram)
  }

  /// A copy of what is known about a question; nil for one that is not about all sites alike.
  public func finding(_ question: Question) -> (any Finding)? {
    switch question {
    case .functions: FunctionsFinding(sites: summaries, images: images)
    case .density(let site) where sites.indices.contains(site): density(of: site)
    default: nil
    }
  }

  /// A copy of one site's density.
  package func density(of site: Int) -> DensityFinding {
    DensityFinding(
      question: .density(site: site), share: selection.share(at: site), images: images, grid: densities[site].grid,
      totals: densities[site].totals)
  }

  /// Adds what another worker counted of the same variant.
  public func merge(_ other: ActivationStatistics) {
    precondition(other.sites == sites && other.selection == selection, "statistics of different runs")
    other.settle()
    settle()
    for site in sites.indices {
      coefficientSummaries[site].merge(other.coefficientSummaries[site])
      densities[site].merge(other.densities[site])
    }
    images += other.images
  }
}
