import KernelInterface
import Tensors

extension DepthwiseMap {
  /// Any kernel, stride, padding and dilation: four pixels at a time where all taps lie inside, one at the borders.
  func general() {
    let (inShape, outShape) = (call.inputShape, call.outputShape)
    let reach = inShape.width - (call.kernel.width - 1) * call.dilation.width
    for row in 0..<outShape.height {
      let top = row * call.stride.height - call.origin.top
      let rows = inside(top, kernel: call.kernel.height, dilation: call.dilation.height, extent: inShape.height)
      var column = 0
      while column < outShape.width {
        let left = column * call.stride.width - call.origin.left
        let target = output + (row * outShape.width + column) * stride
        let source = input + (top * inShape.width + left) * stride
        if column + 4 <= outShape.width, left >= 0, left + 3 * call.stride.width < reach {
          GeneralTile<4>.run(self, rows, 0..<call.kernel.width, input: source, output: target)
          column += 4
        } else {
          let columns = inside(left, kernel: call.kernel.width, dilation: call.dilation.width, extent: inShape.width)
          GeneralTile<1>.run(self, rows, columns, input: source, output: target)
          column += 1
        }
      }
    }
  }

  /// The taps of a kernel at `start` that lie in `0..<extent`.
  private func inside(_ start: Int, kernel: Int, dilation: Int, extent: Int) -> Range<Int> {
    let first = start < 0 ? (-start + dilation - 1) / dilation : 0
    let end = start < extent ? (extent - 1 - start) / dilation + 1 : 0
    return min(first, kernel)..<max(min(first, kernel), min(end, kernel))
  }
}

private enum GeneralTile<let pixels: Int> {
  /// All channels of `pixels` neighbours; `input` is the upper left tap, `rows` and `columns` the taps to add.
  @inline(__always)
  static func run(
    _ map: DepthwiseMap, _ rows: Range<Int>, _ columns: Range<Int>, input: Floats, output: MutableFloats
  ) {
    let (call, stride) = (map.call, map.stride)
    for channel in Swift.stride(from: 0, to: stride, by: lanes) {
      var sums = InlineArray<pixels, Vector>(repeating: load(map.bias + channel))
      for row in rows {
        for column in columns {
          let tap = row * call.dilation.height * call.inputShape.width + column * call.dilation.width
          let source = input + tap * stride + channel
          let weight = load(map.weights + (row * call.kernel.width + column) * stride + channel)
          for pixel in 0..<pixels {
            addProduct(&sums[pixel], load(source + pixel * call.stride.width * stride), weight)
          }
        }
      }
      for pixel in 0..<pixels { storeVector(sums[pixel], output + pixel * stride + channel) }
    }
  }
}
