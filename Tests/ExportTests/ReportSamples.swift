import Figures
import Kernels
import Networks
import Statistics
import Tensors

/// Sites of different kinds; the last four are no maximum of K lines that a hyper function gives.
let sampleSites: [ActivationSite] = [
  makeSite(0, block: 0, place: "stem", height: 5, width: 8, channels: 2, functions: 2, sharing: .allChannels),
  makeSite(1, block: 1, place: "A2", height: 2, width: 3, channels: 3, functions: 2, sharing: .perChannel),
  makeSite(2, block: 1, place: "A3", height: 2, width: 3, channels: 2, functions: 1, sharing: .perChannel),
  makeSite(3, block: 2, place: "odd, \"name\"", height: 1, width: 1, channels: 17, functions: 3, sharing: .perChannel),
  makeSite(4, block: 3, place: "act1", name: "layer1.0", functions: 0, source: .curve(.hardSwish)),
  makeSite(5, block: 3, place: "act2", name: "layer1.0", functions: 3, source: .maximum),
  makeSite(6, block: 3, place: "se", name: "layer1.0", functions: 1, source: .hyper(excitation)),
  makeSite(7, block: 4, place: "act1", name: "layer1.1", functions: 2, source: .parametric(slope: "slope")),
]

private let excitation = HyperFunction(
  functions: 1, hidden: 1, gate: .hardSigmoid, hasIntercepts: false, initialSlopes: [0], weight1: "a", bias1: "b",
  weight2: "c", bias2: "d")

private func makeSite(
  _ id: Int, block: Int, place: String, name: String, functions: Int, source: CoefficientSource
) -> ActivationSite {
  ActivationSite(
    id: id, node: "\(name).\(place)", shape: FeatureShape(height: 1, width: 2, channels: 2),
    activation: Activation(
      functions: functions, sharing: .perChannel, coefficients: source, place: SitePlace(block: block, site: place),
      blockName: name))
}

private func makeSite(
  _ id: Int, block: Int, place: String, height: Int, width: Int, channels: Int, functions: Int,
  sharing: CoefficientSharing
) -> ActivationSite {
  ActivationSite(
    id: id, node: "blocks.\(block).act\(id)",
    shape: FeatureShape(height: height, width: width, channels: channels),
    activation: Activation(
      functions: functions, sharing: sharing,
      coefficients: .constant(
        slopes: Array(repeating: 1, count: functions), intercepts: Array(repeating: 0, count: functions)),
      place: SitePlace(block: block, site: place)))
}

/// A small deterministic image: eighths that depend on image, site and place, with a wild value now and then.
private func value(_ image: Int, _ site: Int, _ index: Int) -> Float {
  let mixed = (image &* 7919 &+ site &* 104_729 &+ index &* 1_299_709) % 1009
  return mixed == 13 ? .nan : mixed == 77 ? 5e7 : Float(mixed % 33 - 16) / 8
}

private func slice(_ image: Int, _ site: Int, rows: Int, channels: Int, seed: Int) -> TensorSlice {
  let stride = FeatureShape.padded(channels)
  return TensorSlice(
    (0..<rows * stride).map { $0 % stride < channels ? value(image, site, $0 + seed) : 0 })
}

/// What a worker counts that is given `images`.
func sampleStatistics(_ images: some Sequence<Int>, exact: Bool = false) -> ActivationStatistics {
  let statistics = ActivationStatistics(
    sites: sampleSites, selection: ElementSelection(everyElement: [1, 4, 5, 6], exact: exact), kernels: .scalar)
  for image in images {
    let identity = ImageIdentity(ordinal: image, key: UInt64(image) &* 0x9E37_79B9)
    for site in sampleSites {
      let segments = site.activation.functions
      let channels = site.coefficientChannels
      if site.activation.hasCoefficients {
        statistics.observe(
          ActivationCoefficients(
            functions: segments, channels: channels, stride: FeatureShape.padded(channels),
            slopes: slice(image, site.id, rows: segments, channels: channels, seed: 1),
            intercepts: slice(image, site.id, rows: segments, channels: channels, seed: 2)),
          of: site, image: identity)
      }
      let positions = site.shape.positions
      statistics.observe(
        ActivationSample(
          x: slice(image, site.id, rows: positions, channels: site.shape.channels, seed: 3),
          y: slice(image, site.id, rows: positions, channels: site.shape.channels, seed: 4),
          channels: site.shape.channels, channelStride: site.shape.channelStride, positions: 0..<positions),
        of: site, image: identity)
    }
    statistics.finish(images: 1)
  }
  return statistics
}

/// A run over `images` that nothing is added to.
func sampleRun(_ statistics: ActivationStatistics, images: some Sequence<Int>) -> SettledRun {
  var classification = ClassificationStatistics()
  for image in images {
    classification.add(logits: [0.5, Float(image % 3), 1], label: image % 4 == 3 ? nil : image % 2)
  }
  var skipped = SkippedImages()
  skipped.add(SkippedImage(ordinal: 90, path: "b/Größe.jpg", reason: "empty"))
  skipped.add(SkippedImage(ordinal: 40, path: "a/broken \"1\".png", reason: "ends early"))
  let findings = Findings([classification, skipped] + [statistics.finding(.functions)].compactMap { $0 })
  let figure = RunFigure(
    model: "model.bin", variants: ["dyrelu-a", "dyrelu-b"], subject: Subject(variant: 1),
    progress: RunProgress(state: .done, done: classification.images, total: classification.images),
    findings: findings)
  return SettledRun(figure, isExact: statistics.selection.exact) { statistics.finding($0) }
}
