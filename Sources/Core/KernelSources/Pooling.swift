import CVector
import KernelInterface
import Tensors

func pool(_ call: PoolCall) {
  let map = call.map
  switch call.kind {
  case .maximum: map.pool(Largest.self, divisor: nil)
  case .average(let countsPadding): map.pool(Sum.self, divisor: countsPadding ? map.taps : 0)
  }
}

/// How the values under a window become one.
private protocol Reduction {
  static var start: Float { get }
  static func combine(_ result: Vector, _ value: Vector) -> Vector
}

private enum Largest: Reduction {
  static var start: Float { -.infinity }
  @inline(__always)
  static func combine(_ result: Vector, _ value: Vector) -> Vector { vector_largest(result, value) }
}

private enum Sum: Reduction {
  static var start: Float { 0 }
  @inline(__always)
  static func combine(_ result: Vector, _ value: Vector) -> Vector { result + value }
}

extension PoolMap {
  /// Pools the whole map. The results are divided by `divisor`, by the number of taps inside where it is 0, by nothing
  /// where it is nil.
  @inline(__always)
  fileprivate func pool<R: Reduction>(_ reduction: R.Type, divisor: Int?) {
    for row in 0..<rows.count {
      let down = Taps(rows, row)
      for column in 0..<columns.count {
        let across = Taps(columns, column)
        var factor: Float?
        if let divisor { factor = Float(divisor == 0 ? down.count * across.count : divisor) }
        pool(reduction, down, across, position: row * columns.count + column, divisor: factor)
      }
    }
  }

  /// One window, four vectors of channels at a time.
  @inline(__always)
  private func pool<R: Reduction>(_ reduction: R.Type, _ down: Taps, _ across: Taps, position: Int, divisor: Float?) {
    let source = input + (down.first * inWidth + across.first) * stride
    let target = output + position * stride
    var channel = 0
    while channel + 4 * lanes <= stride {
      Strip<4>.pool(self, reduction, down, across, source + channel, divisor, target + channel)
      channel += 4 * lanes
    }
    while channel < stride {
      Strip<1>.pool(self, reduction, down, across, source + channel, divisor, target + channel)
      channel += lanes
    }
  }
}

/// The taps of one window along one axis.
private struct Taps {
  let first: Int
  let count: Int

  @inline(__always)
  init(_ axis: PoolMap.Axis, _ output: Int) {
    (first, count) = (Int(axis.table[2 * output]), Int(axis.table[2 * output + 1]))
  }
}

/// `vectors` vectors of channels under one window.
private enum Strip<let vectors: Int> {
  @inline(__always)
  static func pool<R: Reduction>(
    _ map: PoolMap, _ reduction: R.Type, _ down: Taps, _ across: Taps, _ corner: Floats, _ divisor: Float?,
    _ target: MutableFloats
  ) {
    var results = InlineArray<vectors, Vector>(repeating: all(R.start))
    for row in 0..<down.count {
      for column in 0..<across.count {
        let source = corner + (row * map.rows.step * map.inWidth + column * map.columns.step) * map.stride
        for vector in 0..<vectors { results[vector] = R.combine(results[vector], load(source + vector * lanes)) }
      }
    }
    for vector in 0..<vectors {
      let result = divisor.map { results[vector] / all($0) } ?? results[vector]
      storeVector(result, target + vector * lanes)
    }
  }
}
