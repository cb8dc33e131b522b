import CVector
import KernelInterface
import Tensors

func pool(_ call: PoolCall) {
  let windows = Windows(call)
  switch call.kind {
  case .maximum: windows.pool(Largest.self, divisor: nil)
  case .average(let countsPadding):
    windows.pool(Sum.self, divisor: countsPadding ? windows.taps : 0)
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

/// A ``PoolCall`` as addresses and numbers alone.
private struct Windows {
  let input: Floats
  let output: MutableFloats
  let inputShape: FeatureShape
  let outputShape: FeatureShape
  let kernel: (height: Int, width: Int)
  let stride: (height: Int, width: Int)
  let origin: (top: Int, left: Int)
  let dilation: (height: Int, width: Int)

  init(_ call: PoolCall) {
    (input, output) = (Floats(call.input.pointer), call.output.pointer)
    let geometry = call.geometry
    (inputShape, outputShape) = (geometry.inputShape, geometry.outputShape)
    (kernel, stride, origin, dilation) = (geometry.kernel, geometry.stride, geometry.origin, geometry.dilation)
  }

  var taps: Int { kernel.height * kernel.width }

  /// Pools the whole map. The results are divided by `divisor`, by the number of taps inside where it is 0, by nothing
  /// where it is nil.
  @inline(__always)
  func pool<R: Reduction>(_ reduction: R.Type, divisor: Int?) {
    for row in 0..<outputShape.height {
      let top = row * stride.height - origin.top
      let rows = inside(top, kernel: kernel.height, dilation: dilation.height, extent: inputShape.height)
      for column in 0..<outputShape.width {
        let left = column * stride.width - origin.left
        let columns = inside(left, kernel: kernel.width, dilation: dilation.width, extent: inputShape.width)
        var factor: Float?
        if let divisor { factor = Float(divisor == 0 ? length(rows) * length(columns) : divisor) }
        let corner = top * inputShape.width + left
        pool(reduction, rows, columns, corner: corner, position: row * outputShape.width + column, divisor: factor)
      }
    }
  }

  /// One window, four vectors of channels at a time.
  @inline(__always)
  private func pool<R: Reduction>(
    _ reduction: R.Type, _ rows: Range<Int>, _ columns: Range<Int>, corner: Int, position: Int, divisor: Float?
  ) {
    let channels = inputShape.channelStride
    let target = output + position * channels
    var channel = 0
    while channel + 4 * lanes <= channels {
      Strip<4>.pool(self, reduction, rows, columns, corner: corner, channel, divisor, target)
      channel += 4 * lanes
    }
    while channel < channels {
      Strip<1>.pool(self, reduction, rows, columns, corner: corner, channel, divisor, target)
      channel += lanes
    }
  }
}

/// `vectors` vectors of channels under one window.
private enum Strip<let vectors: Int> {
  @inline(__always)
  static func pool<R: Reduction>(
    _ map: Windows, _ reduction: R.Type, _ rows: Range<Int>, _ columns: Range<Int>, corner: Int, _ channel: Int,
    _ divisor: Float?, _ target: MutableFloats
  ) {
    let stride = map.inputShape.channelStride
    var results = InlineArray<vectors, Vector>(repeating: all(R.start))
    for row in rows {
      for column in columns {
        let tap = corner + row * map.dilation.height * map.inputShape.width + column * map.dilation.width
        let source = map.input + tap * stride + channel
        for vector in 0..<vectors { results[vector] = R.combine(results[vector], load(source + vector * lanes)) }
      }
    }
    for vector in 0..<vectors {
      let result = divisor.map { results[vector] / all($0) } ?? results[vector]
      storeVector(result, target + channel + vector * lanes)
    }
  }
}

/// A range's `count` is generic: its specialisation would be shared with other modules.
private func length(_ range: Range<Int>) -> Int { range.upperBound - range.lowerBound }
