/// Values of which only the counts in consecutive bins are known, and the percentiles that follow.
///
/// The m values of a bin are taken to stand in the middles of its m equal parts; a percentile at share p of n values is
/// then found as NumPy does by default: linear interpolation at rank p (n - 1). It is off by less than one bin's width.
public struct BinnedDistribution: Sendable {
  private let counts: [UInt64]
  private let origin: Double
  private let width: Double
  /// Values counted.
  public let total: UInt64

  /// Bin i covers `[origin + i width, origin + (i + 1) width)`.
  public init(counts: [UInt64], origin: Double, width: Double) {
    self.counts = counts
    self.origin = origin
    self.width = width
    total = counts.reduce(0, &+)
  }

  /// The value below which `share` (0...1) of the values lie; nil without values.
  public func percentile(_ share: Double) -> Double? {
    guard total > 0 else { return nil }
    let rank = min(max(share, 0), 1) * Double(total - 1)
    let lower = min(UInt64(rank), total - 1)
    let low = value(rank: lower)
    let fraction = rank - Double(lower)
    guard fraction > 0, lower + 1 < total else { return low }
    return low + fraction * (value(rank: lower + 1) - low)
  }

  /// The value with `rank` smaller ones.
  private func value(rank: UInt64) -> Double {
    var below: UInt64 = 0
    for (bin, count) in counts.enumerated() {
      if rank - below < count {
        return origin + width * (Double(bin) + (Double(rank - below) + 0.5) / Double(count))
      }
      below += count
    }
    preconditionFailure("rank beyond the values")
  }
}
