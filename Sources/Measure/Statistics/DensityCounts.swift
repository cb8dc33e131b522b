import KernelInterface
import Tensors

/// Where a density's counts lie: 512 x 512 bins of 32 bits, the upper bits of the few that need more in a table beside.
///
/// Between two sweeps at most 2^31 pairs are added, and a sweep leaves less than 2^31 in every bin, so no bin
/// overflows.
package struct DensityCounts: ~Copyable {
  /// In the order of `BinningCall.place(column:row:)`; pages that no pair touched take no memory.
  package let bins = AlignedStorage<UInt32>(sparseCount: DensityAxis.bins * DensityAxis.bins)
  /// Multiples of 2^31 taken out of a bin, by its place.
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

  /// Adds `count` to the bin at a place and leaves less than ``sweepInterval`` there.
  package mutating func add(_ count: UInt64, to place: Int) {
    let (carry, rest) = (UInt64(bins[place]) + count).quotientAndRemainder(dividingBy: UInt64(Self.sweepInterval))
    bins[place] = UInt32(rest)
    if carry > 0 { carries[place, default: 0] += carry }
  }

  private mutating func sweep() {
    for place in 0..<bins.count where bins[place] >= UInt32(Self.sweepInterval) { add(0, to: place) }
    sinceSweep = 0
  }

  /// Adds the counts of a density that `fold` brings to these axes.
  mutating func add(_ other: borrowing DensityCounts, fold: DensityFold) {
    for (place, count) in other.filled { add(UInt64(count), to: fold.target(of: place)) }
    for (place, carry) in other.carries { carries[fold.target(of: place), default: 0] += carry }
  }

  /// Brings the counts to the axes that `fold` leads to.
  mutating func grow(_ fold: DensityFold) {
    let (moved, movedCarries) = (filled, carries)
    for (place, _) in moved { bins[place] = 0 }
    carries = [:]
    for (place, count) in moved { add(UInt64(count), to: fold.target(of: place)) }
    for (place, carry) in movedCarries { carries[fold.target(of: place), default: 0] += carry }
  }

  /// The places that hold counts, and these.
  private var filled: [(place: Int, count: UInt32)] {
    bins.withSpan { bins in
      var found: [(place: Int, count: UInt32)] = []
      for place in bins.indices where bins[place] > 0 { found.append((place, bins[place])) }
      return found
    }
  }

  /// Exact counts by rows: `[yBin * 512 + xBin]`.
  package var exact: [UInt64] {
    var counts = [UInt64](repeating: 0, count: bins.count)
    for (place, count) in filled { counts[DensityAxis.index(at: place)] = UInt64(count) }
    for (place, carry) in carries { counts[DensityAxis.index(at: place)] += carry * UInt64(Self.sweepInterval) }
    return counts
  }
}
