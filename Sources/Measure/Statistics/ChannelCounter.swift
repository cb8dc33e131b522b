import Networks
import Tensors

/// One image's pairs at one site, counted by channel. Every step goes over a row of channels at once, without a branch
/// for each pair.
struct ChannelCounter {
  private let segments: Int
  /// The image's lines, `[K][channels]`; where all channels share one, it is written out for each.
  private var slopes: [[Float]]
  private var intercepts: [[Float]]
  /// 1 for channels whose functions count, else 0.
  private var usable: [UInt32]
  private let isParametric: Bool

  private var positions = 0
  private var finite: [UInt32]
  private var negative: [UInt32]
  private var positiveFromNegative: [UInt32]
  private var onSegment: [[UInt32]]
  private var smallest: [Float]
  private var largest: [Float]
  private var row: RowScratch

  /// What is known of one row's pairs.
  private struct RowScratch {
    /// 1 for a finite pair, else 0.
    var finite: [UInt32]
    /// The largest line so far, and which it is.
    var best: [Float]
    var segment: [UInt32]
  }

  /// Nothing counted.
  init(_ site: ActivationSite, segments: Int) {
    let channels = site.shape.channels
    let (none, zeros) = ([UInt32](repeating: 0, count: channels), [Float](repeating: 0, count: channels))
    self.segments = segments
    isParametric = site.activation.isParametric
    slopes = Array(repeating: zeros, count: segments)
    intercepts = slopes
    usable = none
    (finite, negative, positiveFromNegative) = (none, none, none)
    onSegment = Array(repeating: none, count: segments)
    smallest = Array(repeating: .infinity, count: channels)
    largest = Array(repeating: -.infinity, count: channels)
    row = RowScratch(finite: none, best: zeros, segment: none)
  }

  /// Takes over an image's lines.
  mutating func begin(_ coefficients: ActivationCoefficients) {
    for channel in usable.indices {
      let own = coefficients.channels == 1 ? 0 : channel
      usable[channel] = coefficients.isUsable(own) ? 1 : 0
      for segment in 0..<segments {
        let place = segment * coefficients.stride + own
        // A PReLU takes its first line for x >= 0 whatever its slopes: the larger of x and 0 says which.
        slopes[segment][channel] = isParametric ? (segment == 0 ? 1 : 0) : coefficients.slopes[place]
        intercepts[segment][channel] = isParametric ? 0 : coefficients.intercepts[place]
      }
    }
  }

  /// Counts a sample's pairs.
  mutating func count(_ sample: ActivationSample) {
    sample.x.withSpan { x in
      sample.y.withSpan { y in
        for index in 0..<sample.count {
          let elements = index * sample.channelStride..<index * sample.channelStride + sample.channels
          count(x.extracting(elements), y.extracting(elements))
        }
      }
    }
    positions += sample.count
  }

  private mutating func count(_ x: Span<Float>, _ y: Span<Float>) {
    ChannelRow.markFinite(x, y, &row.finite)
    ChannelRow.add(row.finite, to: &finite)
    ChannelRow.addNegative(x, y, row.finite, &negative, &positiveFromNegative)
    ChannelRow.extend(&smallest, &largest, y, row.finite)
    guard segments > 0 else { return }
    ChannelRow.start(x, slopes[0], intercepts[0], &row.best, &row.segment)
    for segment in 1..<max(1, segments) {
      ChannelRow.compare(x, slopes[segment], intercepts[segment], UInt32(segment), &row.best, &row.segment)
    }
    ChannelRow.mask(&row.finite, usable)
    for segment in 0..<segments {
      ChannelRow.add(row.segment, equalTo: UInt32(segment), row.finite, to: &onSegment[segment])
    }
  }

  /// Adds everything counted to a site's pairs and forgets it.
  mutating func settle(into pairs: inout ChannelPairs) {
    for channel in finite.indices {
      pairs.seen[channel] += UInt64(positions)
      pairs.finite[channel] += UInt64(finite[channel])
      pairs.negative[channel] += UInt64(negative[channel])
      pairs.positiveFromNegative[channel] += UInt64(positiveFromNegative[channel])
      pairs.smallest[channel] = min(pairs.smallest[channel], smallest[channel])
      pairs.largest[channel] = max(pairs.largest[channel], largest[channel])
      for segment in 0..<segments {
        pairs.onSegment[segment][channel] += UInt64(onSegment[segment][channel])
        onSegment[segment][channel] = 0
      }
      (finite[channel], negative[channel], positiveFromNegative[channel]) = (0, 0, 0)
      (smallest[channel], largest[channel]) = (.infinity, -.infinity)
    }
    positions = 0
  }
}

/// Steps over the channels of one position, each a loop without a branch that a compiler makes vectors of.
private enum ChannelRow {
  /// 1 for a pair without a NaN and an infinity, else 0.
  static func markFinite(_ x: Span<Float>, _ y: Span<Float>, _ flags: inout [UInt32]) {
    var flags = flags.mutableSpan
    precondition(x.count == flags.count && y.count == flags.count, "a flag for each channel")
    for index in 0..<flags.count {
      flags[index] = (x[index].magnitude < .infinity ? 1 : 0) & (y[index].magnitude < .infinity ? 1 : 0)
    }
  }

  static func add(_ flags: [UInt32], to counts: inout [UInt32]) {
    let flags = flags.span
    var counts = counts.mutableSpan
    precondition(flags.count == counts.count, "a flag for each channel")
    for index in 0..<counts.count { counts[index] &+= flags[index] }
  }

  static func addNegative(
    _ x: Span<Float>, _ y: Span<Float>, _ flags: [UInt32], _ negative: inout [UInt32], _ positive: inout [UInt32]
  ) {
    let flags = flags.span
    var negative = negative.mutableSpan
    var positive = positive.mutableSpan
    let count = flags.count
    precondition(x.count == count && y.count == count && negative.count == count && positive.count == count)
    for index in 0..<count {
      let isNegative = flags[index] & (x[index] < 0 ? 1 : 0)
      negative[index] &+= isNegative
      positive[index] &+= isNegative & (y[index] > 0 ? 1 : 0)
    }
  }

  /// Both zeros count as one, so that the result does not depend on the order.
  static func extend(_ smallest: inout [Float], _ largest: inout [Float], _ y: Span<Float>, _ flags: [UInt32]) {
    let flags = flags.span
    var smallest = smallest.mutableSpan
    var largest = largest.mutableSpan
    let count = flags.count
    precondition(y.count == count && smallest.count == count && largest.count == count)
    for index in 0..<count {
      let value = y[index] + 0
      let low = flags[index] == 0 ? Float.infinity : value
      let high = flags[index] == 0 ? -Float.infinity : value
      smallest[index] = low < smallest[index] ? low : smallest[index]
      largest[index] = high > largest[index] ? high : largest[index]
    }
  }

  static func start(
    _ x: Span<Float>, _ slopes: [Float], _ intercepts: [Float], _ best: inout [Float], _ segments: inout [UInt32]
  ) {
    let (slopes, intercepts) = (slopes.span, intercepts.span)
    var best = best.mutableSpan
    var segments = segments.mutableSpan
    let count = best.count
    precondition(x.count == count && slopes.count == count && intercepts.count == count && segments.count == count)
    for index in 0..<count {
      best[index] = slopes[index] * x[index] + intercepts[index]
      segments[index] = 0
    }
  }

  static func compare(
    _ x: Span<Float>, _ slopes: [Float], _ intercepts: [Float], _ segment: UInt32, _ best: inout [Float],
    _ segments: inout [UInt32]
  ) {
    let (slopes, intercepts) = (slopes.span, intercepts.span)
    var best = best.mutableSpan
    var segments = segments.mutableSpan
    let count = best.count
    precondition(x.count == count && slopes.count == count && intercepts.count == count && segments.count == count)
    for index in 0..<count {
      let value = slopes[index] * x[index] + intercepts[index]
      let isLarger = value > best[index]
      best[index] = isLarger ? value : best[index]
      segments[index] = isLarger ? segment : segments[index]
    }
  }

  static func mask(_ flags: inout [UInt32], _ others: [UInt32]) {
    let others = others.span
    var flags = flags.mutableSpan
    precondition(flags.count == others.count)
    for index in 0..<flags.count { flags[index] &= others[index] }
  }

  static func add(_ values: [UInt32], equalTo value: UInt32, _ flags: [UInt32], to counts: inout [UInt32]) {
    let (values, flags) = (values.span, flags.span)
    var counts = counts.mutableSpan
    precondition(values.count == counts.count && flags.count == counts.count)
    for index in 0..<counts.count { counts[index] &+= flags[index] & (values[index] == value ? 1 : 0) }
  }
}
