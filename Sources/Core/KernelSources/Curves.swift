import CVector

/// A fixed function of one number, a vector at a time.
protocol VectorCurve {
  /// Whether 0 stays 0, so that padding lanes need no care.
  static var keepsZero: Bool { get }
  static func value(_ x: Vector) -> Vector
}

extension VectorCurve {
  static var keepsZero: Bool { true }
}

enum HardSigmoid: VectorCurve {
  static var keepsZero: Bool { false }
  @inline(__always)
  static func value(_ x: Vector) -> Vector {
    vector_smaller(vector_larger(x + all(3), Vector()), all(6)) * all(1 / 6)
  }
}

enum HardSwish: VectorCurve {
  @inline(__always)
  static func value(_ x: Vector) -> Vector { x * HardSigmoid.value(x) }
}

enum Sigmoid: VectorCurve {
  static var keepsZero: Bool { false }
  @inline(__always)
  static func value(_ x: Vector) -> Vector {
    let power = exponential(x)
    return whereNegative(x, power, all(1)) / (all(1) + power)
  }
}

enum SiLU: VectorCurve {
  @inline(__always)
  static func value(_ x: Vector) -> Vector { notFar(x) * Sigmoid.value(x) }
}

enum GELU: VectorCurve {
  /// x Φ(x). The tail Φ(-|x|) is `t p(t) exp(-x²/2) / 2` with t = 1 / (1 + 0.3275911 |x| / √2): formula 7.1.26 of
  /// Abramowitz and Stegun's handbook, whose error is below 1.5e-7.
  @inline(__always)
  static func value(_ x: Vector) -> Vector {
    let magnitude = vector_from_bits(vector_bits(x) & allInteger(.max))
    let t = all(1) / vector_add_product(all(1), magnitude, all(0.231_641_888))
    var series = all(1.061_405_429)
    series = vector_add_product(all(-1.453_152_027), series, t)
    series = vector_add_product(all(1.421_413_741), series, t)
    series = vector_add_product(all(-0.284_496_736), series, t)
    series = vector_add_product(all(0.254_829_592), series, t)
    let tail = series * t * exponential(x * x * all(0.5)) * all(0.5)
    return notFar(x) * whereNegative(x, tail, all(1) - tail)
  }
}

enum TanhGELU: VectorCurve {
  /// `(1 + tanh(u)) / 2 = σ(2u)`.
  @inline(__always)
  static func value(_ x: Vector) -> Vector {
    let cubic = vector_add_product(all(1), x * x, all(0.044_715)) * x
    return notFar(x) * Sigmoid.value(cubic * all(1.595_769_12))
  }
}

enum Tanh: VectorCurve {
  /// `2σ(2x) - 1`.
  @inline(__always)
  static func value(_ x: Vector) -> Vector { centredSigmoid(x + x) }
}

enum ELU: VectorCurve {
  @inline(__always)
  static func value(_ x: Vector) -> Vector { whereNegative(x, exponentialLessOne(x), x) }
}

enum Mish: VectorCurve {
  /// With w = exp(-|x|): `tanh(ln(1 + exp(x)))` is n / (n + 2 w²) with n = 1 + 2w for positive x, n / (n + 2) with n =
  /// w (w + 2) else.
  @inline(__always)
  static func value(_ x: Vector) -> Vector {
    let w = exponential(x)
    let above = vector_add_product(all(1), w, all(2))
    let numerator = whereNegative(x, w * (w + all(2)), above)
    return notFar(x) * (numerator / (numerator + whereNegative(x, all(2), (w + w) * w)))
  }
}

enum Softplus: VectorCurve {
  static var keepsZero: Bool { false }
  /// max(x, 0) + ln(1 + w) with w = exp(-|x|). The logarithm is 2 artanh(s) with s = w / (2 + w), at most 1/3, whose
  /// series ends below 1e-8.
  @inline(__always)
  static func value(_ x: Vector) -> Vector {
    let w = exponential(x)
    let s = w / (all(2) + w)
    let square = s * s
    var series = all(1 / 13)
    series = vector_add_product(all(1 / 11), series, square)
    series = vector_add_product(all(1 / 9), series, square)
    series = vector_add_product(all(1 / 7), series, square)
    series = vector_add_product(all(1 / 5), series, square)
    series = vector_add_product(all(1 / 3), series, square)
    series = vector_add_product(all(1), series, square)
    return vector_add_product(vector_larger(x, Vector()), s + s, series)
  }
}

/// a where x is below 0, b elsewhere and where x is not a number.
@inline(__always)
func whereNegative(_ x: Vector, _ a: Vector, _ b: Vector) -> Vector {
  vector_from_bits(vector_select(vector_is_less_float(x, Vector()), vector_bits(a), vector_bits(b)))
}

/// x, but at least -104: minus infinity times a factor that has fallen to 0 is 0 then, not NaN.
@inline(__always)
private func notFar(_ x: Vector) -> Vector { vector_larger(x, all(-104)) }
