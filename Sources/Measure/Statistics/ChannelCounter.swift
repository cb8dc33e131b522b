import KernelInterface
import Networks
import Tensors

/// One image's pairs at one site, counted by channel.
struct ChannelCounter {
  private let lines: ChannelPairsCall.Lines
  private let counts: ChannelPairsCall.Counts
  private let isParametric: Bool
  private let countChannels: @Sendable (ChannelPairsCall) -> Void
  /// Positions counted.
  private var positions = 0

  /// Nothing counted.
  init(_ site: ActivationSite, segments: Int, kernels: KernelTable) {
    let stride = site.shape.channelStride
    lines = ChannelPairsCall.Lines(segments: segments, channelStride: stride)
    counts = ChannelPairsCall.Counts(segments: segments, channelStride: stride)
    isParametric = site.activation.isParametric
    countChannels = kernels.countChannels
  }

  /// Takes over an image's lines for a site's channels; where all share one, it is written out for each.
  func begin(_ coefficients: ActivationCoefficients, channels: Int) {
    for channel in 0..<channels {
      let own = coefficients.channels == 1 ? 0 : channel
      lines.usable[channel] = coefficients.isUsable(own) ? .max : 0
      for segment in 0..<lines.segments {
        let (place, source) = (segment * counts.channelStride + channel, segment * coefficients.stride + own)
        // A PReLU takes its first line for x >= 0 whatever its slopes: the larger of x and 0 says which.
        lines.slopes[place] = isParametric ? (segment == 0 ? 1 : 0) : coefficients.slopes[source]
        lines.intercepts[place] = isParametric ? 0 : coefficients.intercepts[source]
      }
    }
  }

  /// Counts a sample's pairs.
  mutating func count(_ sample: ActivationSample) {
    precondition(sample.channelStride == counts.channelStride, "another site's sample")
    countChannels(ChannelPairsCall(x: sample.x, y: sample.y, rows: sample.count, lines: lines, counts: counts))
    positions += sample.count
  }

  /// Adds everything counted to a site's pairs and forgets it.
  mutating func settle(into pairs: inout ChannelPairs) {
    guard positions > 0 else { return }
    let stride = counts.channelStride
    for channel in 0..<pairs.channels {
      func count(_ row: Int) -> UInt64 { UInt64(counts.pairs[row * stride + channel]) }
      pairs.seen[channel] += UInt64(positions)
      pairs.finite[channel] += count(0)
      pairs.negative[channel] += count(1)
      pairs.positiveFromNegative[channel] += count(2)
      for segment in 0..<lines.segments { pairs.onSegment[segment][channel] += count(3 + segment) }
      pairs.smallest[channel] = min(pairs.smallest[channel], counts.outputs[channel])
      pairs.largest[channel] = max(pairs.largest[channel], counts.outputs[stride + channel])
    }
    counts.clear()
    positions = 0
  }
}
