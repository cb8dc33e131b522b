import KernelInterface
import Networks
import Tensors

/// One image's way through a network, looked at by one worker.
final class ImageObserver: FindingObserver, @unchecked Sendable {
  private var found: ImageFinding
  private let site: Int?
  private var functions: [ImageFunctions]
  private let density = Density()
  private let binPairs: @Sendable (BinningCall) -> BinningResult
  private var attention: [Float] = []
  private var segmentCounts: [Int] = []

  init(_ question: Question, site: Int?, of sites: [ActivationSite], kernels: KernelTable) throws(GraphError) {
    if let site { _ = try sites.asked(site, for: "one image") }
    self.site = site
    found = ImageFinding(question)
    functions = sites.map { _ in ImageFunctions() }
    binPairs = kernels.binPairs
  }

  func observe(input: TensorSlice, _ shape: FeatureShape, image: ImageIdentity) { found.take(input: input, shape) }

  func wantedPositions(of site: ActivationSite, image: ImageIdentity) -> PositionSelection {
    site.id == self.site ? .all : .none
  }

  func observe(_ coefficients: ActivationCoefficients, of site: ActivationSite, image: ImageIdentity) {
    functions[site.id] = ImageFunctions(coefficients)
  }

  func observe(attention: TensorSlice, of site: ActivationSite, image: ImageIdentity) {
    if site.id == self.site { self.attention = attention.array }
  }

  func observe(_ sample: ActivationSample, of site: ActivationSite, image: ImageIdentity) {
    guard site.id == self.site else { return }
    density.count(
      Density.Pairs(
        x: sample.x, y: sample.y, runs: sample.count, length: sample.channels, stride: sample.channelStride),
      binPairs: binPairs)
    let own = functions[site.id]
    guard own.segments > 0 else { return }
    for row in 0..<sample.count {
      var counts = Array(repeating: 0, count: own.segments)
      for channel in 0..<sample.channels {
        let x = sample.x[row * sample.channelStride + channel]
        counts[own.segment(of: x, channel: own.channels == 1 ? 0 : channel)] += 1
      }
      segmentCounts += counts
    }
  }

  func observe(logits: [Float], label: Int?, image: ImageIdentity) {
    let detail = site.map { _ in
      SiteDetail(grid: density.grid, attention: attention, segmentCounts: segmentCounts)
    }
    found.take(logits: logits, label: label, functions: functions, detail: detail)
  }

  func finish(images: Int) { if images > 0 { found.finish() } }

  func finding(_ question: Question) -> (any Finding)? { question == found.question ? found : nil }
}

extension ImageFunctions {
  /// Which of the lines is the largest at x, the first of equal ones.
  func segment(of x: Float, channel: Int) -> Int {
    var (best, largest) = (0, -Float.infinity)
    for segment in 0..<segments {
      let value = slope(segment: segment, channel: channel) * x + intercept(segment: segment, channel: channel)
      if value > largest { (best, largest) = (segment, value) }
    }
    return best
  }
}
