import Networks
import Tensors

/// One image's pairs in a region, by channel and by position.
struct RegionCounter {
  /// Pairs in the region, by channel.
  private(set) var channels: [UInt32]
  /// Pairs in the region, by position.
  private(set) var positions: [UInt32]
  /// Pairs in the region.
  private(set) var inside = 0
  /// Pairs seen.
  private(set) var pairs = 0
  /// Pairs with a NaN or an infinity.
  private(set) var notFinite = 0

  private let region: Bounds

  /// Nothing counted of a map of a shape.
  init(_ region: PairRegion, shape: FeatureShape) {
    self.region = Bounds(x: region.x.bounds, y: region.y.bounds)
    channels = Array(repeating: 0, count: shape.channels)
    positions = Array(repeating: 0, count: shape.positions)
  }

  /// Forgets everything: another image begins.
  mutating func reset() {
    if inside > 0 {
      for channel in channels.indices { channels[channel] = 0 }
      for position in positions.indices { positions[position] = 0 }
    }
    (inside, pairs, notFinite) = (0, 0, 0)
  }

  /// Counts a sample's pairs. Rows without a pair in the region, by far the most, are looked at once, without a branch
  /// for each pair.
  mutating func count(_ sample: ActivationSample) {
    sample.x.withSpan { x in
      sample.y.withSpan { y in
        for row in 0..<sample.count {
          let elements = row * sample.channelStride..<row * sample.channelStride + sample.channels
          let (x, y) = (x.extracting(elements), y.extracting(elements))
          notFinite += sample.channels - PairRow.finiteCount(x, y)
          let found = region.count(x, y)
          guard found > 0 else { continue }
          inside += found
          positions[sample.firstPosition + row * sample.positionStep] += UInt32(found)
          region.add(x, y, to: &channels)
        }
      }
    }
    pairs += sample.count * sample.channels
  }

  /// A region as numbers to compare with: no value that is not finite lies in it.
  private struct Bounds {
    let x: (least: Float, end: Float)
    let y: (least: Float, end: Float)

    /// 1 for a pair in the region, else 0.
    @inline(__always) private func holds(_ x: Float, _ y: Float) -> UInt32 {
      (x >= self.x.least ? 1 : 0) & (x < self.x.end ? 1 : 0) & (y >= self.y.least ? 1 : 0) & (y < self.y.end ? 1 : 0)
    }

    /// How many of a row's pairs lie in the region.
    func count(_ x: Span<Float>, _ y: Span<Float>) -> Int {
      precondition(x.count == y.count, "x and y go together")
      var inside: UInt32 = 0
      for index in 0..<x.count { inside += holds(x[index], y[index]) }
      return Int(inside)
    }

    /// Adds a row's pairs in the region to its channels.
    func add(_ x: Span<Float>, _ y: Span<Float>, to channels: inout [UInt32]) {
      var counts = channels.mutableSpan
      precondition(x.count == y.count && x.count <= counts.count, "a count for each channel")
      for index in 0..<x.count { counts[index] += holds(x[index], y[index]) }
    }
  }
}

/// The pairs of all channels at one position.
enum PairRow {
  /// How many pairs have neither a NaN nor an infinity.
  static func finiteCount(_ x: Span<Float>, _ y: Span<Float>) -> Int {
    precondition(x.count == y.count, "x and y go together")
    var finite: UInt32 = 0
    for index in 0..<x.count {
      finite += (x[index].magnitude < .infinity ? 1 : 0) & (y[index].magnitude < .infinity ? 1 : 0)
    }
    return Int(finite)
  }
}
