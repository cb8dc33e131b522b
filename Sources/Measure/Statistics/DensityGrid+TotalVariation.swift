extension DensityGrid {
  /// How far two densities are apart: the total variation distance, half the sum of |difference of the bins' shares|
  /// over a grid that both axes' ranges fit. 0 for equal shares, 1 for densities that share no bin; nil where one has
  /// no pairs.
  ///
  /// The common grid is the coarser one of each axis, whose bins are whole numbers of the other's.
  public func totalVariation(to other: DensityGrid) -> Double? {
    let exponents = (max(xExponent, other.xExponent), max(yExponent, other.yExponent))
    var (one, other) = (self, other)
    one.grow(exponents)
    other.grow(exponents)
    let (total, otherTotal) = (UInt128(one.total), UInt128(other.total))
    guard total > 0, otherTotal > 0 else { return nil }
    // Shares over their common denominator: exact, and what one has more the other has less. At most their product.
    var more: UInt128 = 0
    for (count, otherCount) in zip(one.counts, other.counts) where count > 0 {
      let (part, otherPart) = (UInt128(count) * otherTotal, UInt128(otherCount) * total)
      if part > otherPart { more += part - otherPart }
    }
    return Double(more) / Double(total * otherTotal)
  }
}
