import CVector

/// A function of a tile's values, made for the compiler to put into the tile's loops.
protocol TileFunction {
  associatedtype Coefficients
  /// What it needs for a vector of channels, `channel` channels behind the tile's first.
  func coefficients(_ channel: Int) -> Coefficients
  /// The value for one x, whose offset from the tile's first is given.
  func apply(_ x: Vector, _ coefficients: Coefficients, pixel: Int, offset: Int) -> Vector
}

struct Identity: TileFunction {
  @inline(__always) func coefficients(_ channel: Int) {}
  @inline(__always) func apply(_ x: Vector, _: Void, pixel: Int, offset: Int) -> Vector { x }
}

/// `min(max(x, 0), bound)`.
struct Rectifier: TileFunction {
  let bound: Vector
  @inline(__always) func coefficients(_ channel: Int) {}
  @inline(__always)
  func apply(_ x: Vector, _: Void, pixel: Int, offset: Int) -> Vector {
    vector_smaller(vector_larger(x, Vector()), bound)
  }
}

/// `x min(max(x + 3, 0), 6) / 6`.
struct HardSwishFunction: TileFunction {
  @inline(__always) func coefficients(_ channel: Int) {}
  @inline(__always)
  func apply(_ x: Vector, _: Void, pixel: Int, offset: Int) -> Vector { HardSwish.value(x) }
}

/// `a x + b`.
struct OneLine: TileFunction {
  let slopes: Floats
  let intercepts: Floats

  @inline(__always)
  init(_ lines: (slopes: Floats, intercepts: Floats)) { (slopes, intercepts) = lines }

  @inline(__always)
  func coefficients(_ channel: Int) -> (Vector, Vector) { (load(slopes + channel), load(intercepts + channel)) }

  @inline(__always)
  func apply(_ x: Vector, _ line: (Vector, Vector), pixel: Int, offset: Int) -> Vector {
    vector_add_product(line.1, x, line.0)
  }
}

/// `max(a1 x + b1, a2 x + b2)`.
struct TwoLines: TileFunction {
  let first: OneLine
  let second: OneLine

  @inline(__always)
  init(_ lines: (slopes: Floats, intercepts: Floats), stride: Int) {
    first = OneLine(lines)
    second = OneLine((lines.slopes + stride, lines.intercepts + stride))
  }

  @inline(__always)
  func coefficients(_ channel: Int) -> ((Vector, Vector), (Vector, Vector)) {
    (first.coefficients(channel), second.coefficients(channel))
  }

  @inline(__always)
  func apply(_ x: Vector, _ lines: ((Vector, Vector), (Vector, Vector)), pixel: Int, offset: Int) -> Vector {
    vector_larger(
      vector_add_product(lines.0.1, x, lines.0.0), vector_add_product(lines.1.1, x, lines.1.0))
  }
}

/// Another function's value plus a map.
struct Plus<Inner: TileFunction>: TileFunction {
  let inner: Inner
  let addend: Floats
  @inline(__always) func coefficients(_ channel: Int) -> Inner.Coefficients { inner.coefficients(channel) }
  @inline(__always)
  func apply(_ x: Vector, _ coefficients: Inner.Coefficients, pixel: Int, offset: Int) -> Vector {
    inner.apply(x, coefficients, pixel: pixel, offset: offset) + load(addend + offset)
  }
}

/// Another function's value times a factor for each pixel.
struct Times<Inner: TileFunction>: TileFunction {
  let inner: Inner
  let factors: Floats
  @inline(__always) func coefficients(_ channel: Int) -> Inner.Coefficients { inner.coefficients(channel) }
  @inline(__always)
  func apply(_ x: Vector, _ coefficients: Inner.Coefficients, pixel: Int, offset: Int) -> Vector {
    inner.apply(x, coefficients, pixel: pixel, offset: offset) * all(factors[pixel])
  }
}
