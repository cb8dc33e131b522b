import Tensors

/// Where a density's counts lie: 512 x 512 bins of 32 bits, the upper bits of the few that need more in a table beside.
///
/// Between two sweeps at most 2^31 pairs are added, and a sweep leaves less than 2^31 in every bin, so no bin overflows.
package struct DensityCounts: ~Copyable {
  /// `[yBin * 512 + xBin]`; pages that no pair touched take no memory.
  package let bins = AlignedStorage<UInt32>(count: DensityAxis.bins * DensityAxis.bins)
  /// Multiples of 2^31 taken out of a bin, by its index.
  private var carries: [Int: UInt64] = [:]
  private var sinceSweep = 0

  /// Nothing counted.
  package init() {}

  /// Pairs between two sweeps, and what a swept bin stays below.
  package static let sweepInterval = 1 << 31

  /// To be called before `pairs` pairs, at most ``sweepInterval``, are counted into ``bins``.
  package mutating func reserve(_ pairs: Int) {
    precondition(pairs <= Self.sweepInterval, "too many pairs in one call")
    if sinceSweep + pairs > Self.sweepInterval { sweep() }
    sinceSweep += pairs
  }

  /// Adds `count` to a bin and leaves less than ``sweepInterval`` there.
  package mutating func add(_ count: UInt64, to index: Int) {
    let (carry, rest) = (UInt64(bins[index]) + count).quotientAndRemainder(dividingBy: UInt64(Self.sweepInterval))
    bins[index] = UInt32(rest)
    if carry > 0 { carries[index, default: 0] += carry }
  }

  private mutating func sweep() {
    for index in 0..<bins.count where bins[index] >= UInt32(Self.sweepInterval) { add(0, to: index) }
    sinceSweep = 0
  }

  /// Adds the counts of a density that `fold` brings to these axes.
  mutating func add(_ other: borrowing DensityCounts, fold: DensityFold) {
    for index in 0..<other.bins.count where other.bins[index] > 0 {
      add(UInt64(other.bins[index]), to: fold.target(of: index))
    }
    for (index, carry) in other.carries { carries[fold.target(of: index), default: 0] += carry }
  }

  /// Exact counts.
  package var exact: [UInt64] {
    var counts = bins.withSpan { bins in bins.indices.map { UInt64(bins[$0]) } }
    for (index, carry) in carries { counts[index] += carry * UInt64(Self.sweepInterval) }
    return counts
  }
}
