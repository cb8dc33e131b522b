import Networks

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension Gate {
  /// The gate at z, in double precision.
  func value(_ z: Double) -> Double {
    switch self {
    case .symmetricSigmoid: 2 * Curve.sigmoid.value(z) - 1
    case .symmetricHardSigmoid: 2 * Curve.hardSigmoid.value(z) - 1
    case .sigmoid: Curve.sigmoid.value(z)
    case .hardSigmoid: Curve.hardSigmoid.value(z)
    }
  }
}
