import Foundation
import Kernels
import Networks
import Statistics
import Tensors
import Testing

private func naiveMoments(_ values: [Double]) -> (mean: Double, deviation: Double) {
  let mean = values.reduce(0, +) / Double(values.count)
  let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
  return (mean, variance.squareRoot())
}

private func near(_ found: (mean: Double, deviation: Double)?, _ values: [Float]) -> Bool {
  guard let found else { return values.isEmpty }
  let expected = naiveMoments(values.map(Double.init))
  return abs(found.mean - expected.mean) < 1e-6 && abs(found.deviation - expected.deviation) < 1e-6
}

extension Observation {
  /// Whether a channel's coefficients are in the statistics.
  fileprivate func isUsable(_ channel: Int) -> Bool {
    (slopes + intercepts).allSatisfy { abs($0[channel]) < 256 }
  }

  /// The first of the largest lines at x.
  fileprivate func segment(_ channel: Int, _ x: Float) -> Int {
    let values = slopes.indices.map { slopes[$0][channel] * x + intercepts[$0][channel] }
    return values.indices.max { values[$0] < values[$1] || values[$0] == values[$1] && $0 > $1 } ?? 0
  }
}

@Test(
  "What is known of each channel equals its definition, over any split",
  arguments: [(1, false), (2, false), (3, false), (2, true)])
func channels(functions: Int, isShared: Bool) throws {
  let site = ActivationSite.sample(
    height: 3, width: 4, channels: 19, functions: functions, sharing: isShared ? .allChannels : .perChannel)
  let images = LateImages([site], images: 33, awkward: 25, seed: UInt64(31 + functions))
  let found = try images.answer(.channels(site: 0), as: ChannelsFinding.self)
  #expect(found.images == 33 && found.pairs.channels == 19)
  for channel in 0..<19 {
    let own = isShared ? 0 : channel
    #expect(found.coefficientChannel(of: channel) == own)
    let usable = images.images.map { $0[0] }.filter { $0.isUsable(own) }
    #expect(found.lines.functions[own] == UInt64(usable.count))
    for segment in 0..<functions {
      #expect(near(found.lines.slope(segment: segment, channel: own), usable.map { $0.slopes[segment][own] }))
      #expect(near(found.lines.intercept(segment: segment, channel: own), usable.map { $0.intercepts[segment][own] }))
    }
    let differences = usable.map { image -> Float in
      let slopes = image.slopes.map { $0[own] }
      return (slopes.max() ?? 0) - (slopes.min() ?? 0)
    }
    #expect(near(found.lines.slopeDifference(channel: own), functions == 1 ? [] : differences))
    let pairs = images.images.map { $0[0] }.flatMap { image in
      zip(image.x, image.y).map { (image: image, x: $0[channel], y: $1[channel]) }
    }
    let finite = pairs.filter { $0.x.isFinite && $0.y.isFinite }
    let counts = found.pairs
    #expect(counts.seen[channel] == UInt64(pairs.count) && counts.finite[channel] == UInt64(finite.count))
    #expect(counts.negative[channel] == UInt64(finite.count { $0.x < 0 }))
    #expect(counts.positiveFromNegative[channel] == UInt64(finite.count { $0.x < 0 && $0.y > 0 }))
    let outputs = try #require(counts.outputs(channel: channel))
    #expect(outputs.lowerBound == finite.map(\.y).min() && outputs.upperBound == finite.map(\.y).max())
    let onLines = finite.filter { $0.image.isUsable(own) }
    for segment in 0..<functions {
      let expected = onLines.count { $0.image.segment(own, $0.x) == segment }
      #expect(counts.onSegment[segment][channel] == UInt64(expected))
    }
    #expect(abs(counts.segmentShares(channel: channel).reduce(0, +) - 1) < 1e-12)
  }
}

@Test("A PReLU's inputs lie on its first segment from 0 up, whatever its slopes are")
func parametricSegments() throws {
  var activation = Activation.parametricReLU(slope: "a", at: SitePlace(block: 1, site: "act"))
  activation.functions = 2
  let site = ActivationSite(
    id: 0, node: "act", shape: ActivationSite.sample(channels: 2).shape, activation: activation)
  var images = LateImages([site], images: 1, awkward: 0, seed: 41)
  images.images[0][0].slopes = [[1, 1], [3, 0.25]]
  images.images[0][0].intercepts = [[0, 0], [0, 0]]
  for position in 0..<16 { images.images[0][0].x[position] = [Float(position - 8), Float(8 - position)] }
  let found = try images.answer(.channels(site: 0), as: ChannelsFinding.self)
  #expect(found.pairs.onSegment == [[8, 9], [8, 7]])
}

@Test("A curve and a Maxout have pairs by channel, and no lines")
func channelsWithoutCoefficients() throws {
  let sites = [CoefficientSource.curve(.silu), .maximum].enumerated().map { id, source in
    ActivationSite(
      id: id, node: "act\(id)", shape: ActivationSite.sample(channels: 3).shape,
      activation: Activation(
        functions: id * 2, sharing: .perChannel, coefficients: source, place: SitePlace(block: 1, site: "act\(id)")))
  }
  for site in sites {
    let observer = try ChannelStatistics(site: site.id, of: sites, kernels: .scalar)
    let stride = site.shape.channelStride
    let values = TensorSlice((0..<16 * stride).map { $0 % stride < 3 ? Float($0 % stride) - 1 : .nan })
    observer.observe(
      ActivationSample(x: values, y: values, channels: 3, channelStride: stride, positions: 0..<16), of: site,
      image: ImageIdentity(ordinal: 0, key: 0))
    observer.finish(images: 1)
    let found = try #require(observer.finding(.channels(site: site.id)) as? ChannelsFinding)
    #expect(found.pairs.finite == [16, 16, 16] && found.pairs.negative == [16, 0, 0] && found.images == 1)
    #expect(found.lines.segments == 0 && found.pairs.segmentShares(channel: 0).isEmpty)
    #expect(found.pairs.outputs(channel: 0) == -1 ... -1)
  }
}

@Test("What was changed in a file of channels is refused, and findings of other sites do not go together")
func hostileChannels() throws {
  let sites = [ActivationSite.sample(id: 0, channels: 3), .sample(id: 1, place: "A3", channels: 4)]
  let images = LateImages(sites, images: 3, awkward: 0, seed: 42)
  let found = try images.answer(.channels(site: 0), as: ChannelsFinding.self)
  let other = try images.answer(.channels(site: 1), as: ChannelsFinding.self)
  #expect(throws: FindingMismatch.self) { try found.merged(with: other) }
  #expect(throws: GraphError.self) { try Question.channels(site: 2).observer(of: sites, kernels: .scalar) }
  let bytes = try FindingBytes(found)
  for array in bytes.arrays.keys {
    var changed = bytes
    changed.arrays[array] = .counts([])
    #expect(throws: DecodingError.self) { try changed.finding(as: ChannelsFinding.self, of: sites) }
  }
  for (old, new) in [("\"segments\":2", "\"segments\":3"), ("\"channels\":3", "\"channels\":1")] {
    var changed = bytes
    changed.text = Data(String(decoding: bytes.text, as: UTF8.self).replacing(old, with: new).utf8)
    #expect(changed.text != bytes.text)
    #expect(throws: DecodingError.self) { try changed.finding(as: ChannelsFinding.self, of: sites) }
  }
}
