import CVector
import Functions
import KernelInterface

/// A function of x for a vector of channels that begins at `channel`.
private protocol StoredFunction {
  func value(_ x: Vector, _ channel: Int) -> Vector
}

private struct StoredIdentity: StoredFunction {
  @inline(__always) func value(_ x: Vector, _ channel: Int) -> Vector { x }
}

private struct StoredRectifier: StoredFunction {
  @inline(__always) func value(_ x: Vector, _ channel: Int) -> Vector { vector_larger(x, Vector()) }
}

/// `max_k(a_k x + b_k)`.
private struct StoredLines: StoredFunction {
  let functions: Int
  let stride: Int
  let slopes: Floats
  let intercepts: Floats

  @inline(__always)
  func value(_ x: Vector, _ channel: Int) -> Vector {
    var largest = vector_add_product(load(intercepts + channel), x, load(slopes + channel))
    for function in 1..<max(functions, 1) {
      let row = function * stride + channel
      largest = vector_larger(largest, vector_add_product(load(intercepts + row), x, load(slopes + row)))
    }
    return largest
  }
}

/// `x` above 0, `a x` below.
private struct StoredParametric: StoredFunction {
  let slopes: Floats
  @inline(__always)
  func value(_ x: Vector, _ channel: Int) -> Vector {
    vector_add_product(vector_larger(x, Vector()), vector_smaller(x, Vector()), load(slopes + channel))
  }
}

/// A curve, with zeros behind the channels in use.
private struct StoredCurve<Function: VectorCurve>: StoredFunction {
  let channels: Int
  @inline(__always)
  func value(_ x: Vector, _ channel: Int) -> Vector {
    let y = Function.value(x)
    return Function.keepsZero || channel + lanes <= channels ? y : firstLanes(y, channels - channel)
  }
}

/// The same with factors within and around it, and one for x below 0.
private struct StoredScaledCurve<Function: VectorCurve>: StoredFunction {
  let curve: StoredCurve<Function>
  let scales: CurveScales
  @inline(__always)
  func value(_ x: Vector, _ channel: Int) -> Vector {
    let y = curve.value(x * all(scales.input), channel) * all(scales.output)
    return whereNegative(x, y * all(scales.negative), y)
  }
}

extension EpilogueMap {
  /// Any epilogue, on a tile whose x were stored in the output.
  @inline(never)
  func finishStored(pixels: Int, vectors: Int, at place: TilePlace) {
    switch function {
    case .identity: apply(function: StoredIdentity(), pixels, vectors, place)
    case .rectifier: apply(function: StoredRectifier(), pixels, vectors, place)
    case .lines:
      let lines = StoredLines(functions: functions, stride: stride, slopes: slopes, intercepts: intercepts)
      apply(function: lines, pixels, vectors, place)
    case .parametric: apply(function: StoredParametric(slopes: slopes), pixels, vectors, place)
    case .curve(let curve): apply(curve, pixels, vectors, place)
    }
    guard let sums else { return }
    addStored(pixels: pixels, vectors: vectors, place, to: sums + place.row * period * stride + place.channel)
  }

  private func apply(_ curve: Curve, _ pixels: Int, _ vectors: Int, _ place: TilePlace) {
    switch curve {
    case .hardSwish: apply(StoredCurve<HardSwish>(channels: channels), pixels, vectors, place)
    case .hardSigmoid: apply(StoredCurve<HardSigmoid>(channels: channels), pixels, vectors, place)
    case .silu: apply(StoredCurve<SiLU>(channels: channels), pixels, vectors, place)
    case .gelu: apply(StoredCurve<GELU>(channels: channels), pixels, vectors, place)
    case .tanhGELU: apply(StoredCurve<TanhGELU>(channels: channels), pixels, vectors, place)
    case .sigmoid: apply(StoredCurve<Sigmoid>(channels: channels), pixels, vectors, place)
    case .tanh: apply(StoredCurve<Tanh>(channels: channels), pixels, vectors, place)
    case .elu: apply(StoredCurve<ELU>(channels: channels), pixels, vectors, place)
    case .mish: apply(StoredCurve<Mish>(channels: channels), pixels, vectors, place)
    case .softplus: apply(StoredCurve<Softplus>(channels: channels), pixels, vectors, place)
    }
  }

  /// A curve, with factors where there are any.
  @inline(__always)
  private func apply<Function: VectorCurve>(
    _ curve: StoredCurve<Function>, _ pixels: Int, _ vectors: Int, _ place: TilePlace
  ) {
    if hasScales {
      apply(function: StoredScaledCurve(curve: curve, scales: scales), pixels, vectors, place)
    } else {
      apply(function: curve, pixels, vectors, place)
    }
  }

  private var hasScales: Bool { scales.input != 1 || scales.output != 1 || scales.negative != 1 }

  /// Whether there is nothing but f.
  private var isAlone: Bool {
    attention == nil && addend == nil && argument == nil && result == nil && residual == nil && bound == .infinity
  }

  @inline(__always)
  private func apply(function: some StoredFunction, _ pixels: Int, _ vectors: Int, _ place: TilePlace) {
    if isAlone {
      for pixel in 0...min(place.last, pixels - 1) {
        for vector in 0..<vectors {
          let channel = place.channel + vector * lanes
          let target = output + (place.position + pixel) * stride + channel
          storeVector(function.value(load(Floats(target)), channel), target)
        }
      }
      return
    }
    for pixel in 0...min(place.last, pixels - 1) {
      let position = place.position + pixel
      let factor = attention.map { all($0[position]) }
      for vector in 0..<vectors {
        let channel = place.channel + vector * lanes
        let offset = position * stride + channel
        var x = load(Floats(output) + offset)
        if let addend { x = x + load(addend + offset) }
        if let argument { storeVector(x, argument + offset) }
        var y = function.value(x, channel)
        if let factor { y = y * factor }
        y = vector_smaller(y, all(bound))
        if let result { storeVector(y, result + offset) }
        if let residual { y = y + load(residual + offset) }
        storeVector(y, output + offset)
      }
    }
  }
}
