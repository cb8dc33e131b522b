import Figures
import Statistics

extension DensityGrid {
  /// A grid with the given counts, empty elsewhere.
  static func sample(
    xExponent: Int = 0, yExponent: Int = 0, _ filled: [(x: Int, y: Int, count: UInt64)] = []
  ) -> DensityGrid {
    var counts = [UInt64](repeating: 0, count: bins * bins)
    for bin in filled { counts[bin.y * bins + bin.x] += bin.count }
    return DensityGrid(xExponent: xExponent, yExponent: yExponent, counts: counts)
  }

  /// A grid with a few thousand filled bins and some huge counts.
  static func mixed(xExponent: Int, yExponent: Int) -> DensityGrid {
    let filled = (0..<4000).map { index in
      let count: UInt64 = index % 100 == 0 ? 1 << 40 : UInt64(index % 11)
      return (x: index * 37 % 512, y: index * index % 509, count: count)
    }
    return sample(xExponent: xExponent, yExponent: yExponent, filled)
  }
}
