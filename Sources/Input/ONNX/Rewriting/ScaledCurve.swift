import Functions

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Curves with factors within, around and below 0, such as ELU with an alpha or softplus and SiLU with a beta.
enum ScaledCurve {
  /// The curves that may have the values y on the grid, each with the only factors with which it has some of them.
  static func candidates(_ y: [Double]) -> [(Curve, CurveScales)] {
    let grid = PointFunction.grid
    func value(_ x: Double) -> Double {
      grid.indices.min { abs(grid[$0] - x) < abs(grid[$1] - x) }.map { y[$0] } ?? .nan
    }
    guard let far = grid.max() else { return [] }
    // Far above 0 all three are x times the factors within and around.
    let slope = value(far) / far
    let choices: [(Curve, input: Double, output: Double, negative: Double)] = [
      softplus(slope, value(0)), silu(slope, value(1)), elu(slope, value(-1), value(-2)),
    ]
    return choices.compactMap { curve, input, output, negative in
      guard [input, output, negative].allSatisfy(\.isFinite), input > 0 else { return nil }
      return (
        curve,
        CurveScales(
          input: HyperFinder.plain(input), output: HyperFinder.plain(output), negative: HyperFinder.plain(negative))
      )
    }
  }

  private typealias Scaled = (Curve, input: Double, output: Double, negative: Double)

  /// At 0 it is the factor around times ln 2.
  private static func softplus(_ slope: Double, _ zero: Double) -> Scaled {
    let output = zero / log(2)
    return (.softplus, slope / output, output, 1)
  }

  /// y / (slope x) is the sigmoid of the factor within times x.
  private static func silu(_ slope: Double, _ one: Double) -> Scaled {
    let input = -log(slope / one - 1)
    return (.silu, input, slope / input, 1)
  }

  /// Below 0 y is a multiple of exp(input x) - 1, so y(-2) / y(-1) is exp(-input) + 1.
  private static func elu(_ slope: Double, _ one: Double, _ two: Double) -> Scaled {
    let input = -log(two / one - 1)
    let output = slope / input
    return (.elu, input, output, one / expm1(-input) / output)
  }
}
