import KernelInterface
import Tensors

func depthwise(_ call: SpatialCall) {
  let map = DepthwiseMap(call)
  let lastColumn = (call.outputShape.width - 1) * call.stride.width - call.origin.left + 2
  // Only the first column of a row's first tile and the last of its last may lie outside the map.
  let isNarrow =
    call.kernel == (3, 3) && call.dilation == (1, 1) && (0...1).contains(call.origin.left)
    && lastColumn <= call.inputShape.width
  switch (isNarrow, call.stride.width) {
  case (true, 1): threeByThree(map, columnStep: ColumnStep<1>.self)
  case (true, 2): threeByThree(map, columnStep: ColumnStep<2>.self)
  default: map.general()
  }
}

/// A stride that the compiler knows.
enum ColumnStep<let step: Int> {}

/// Cuts rows into equal tiles of at most eight pixels; the last may overlap its neighbour.
private func threeByThree<let step: Int>(_ map: DepthwiseMap, columnStep: ColumnStep<step>.Type) {
  let width = map.call.outputShape.width
  let tiles = (width + 7) / 8
  switch (width + tiles - 1) / tiles {
  case 1: DepthwiseTile<1, step>.run(map)
  case 2: DepthwiseTile<2, step>.run(map)
  case 3: DepthwiseTile<3, step>.run(map)
  case 4: DepthwiseTile<4, step>.run(map)
  case 5: DepthwiseTile<5, step>.run(map)
  case 6: DepthwiseTile<6, step>.run(map)
  case 7: DepthwiseTile<7, step>.run(map)
  default: DepthwiseTile<8, step>.run(map)
  }
}

/// A depthwise ``SpatialCall`` as addresses.
struct DepthwiseMap {
  let call: SpatialCall
  let input: Floats
  let output: MutableFloats
  let weights: Floats
  let bias: Floats
  /// Floats from one position to the next.
  let stride: Int

  init(_ call: SpatialCall) {
    self.call = call
    input = Floats(call.input.pointer)
    output = call.output.pointer
    weights = Floats(call.weights.pointer)
    bias = Floats(call.bias.pointer)
    stride = call.inputShape.channelStride
  }
}

/// `pixels` outputs of one row of a 3 x 3 depthwise convolution, one vector of channels.
private struct DepthwiseTile<let pixels: Int, let step: Int> {
  @inline(__always)
  static func run(_ map: DepthwiseMap) {
    let (shape, outWidth) = (map.call.inputShape, map.call.outputShape.width)
    for row in 0..<map.call.outputShape.height {
      let top = row * map.call.stride.height - map.call.origin.top
      let rows = max(0, -top)..<max(0, -top, min(3, shape.height - top))
      for channel in Swift.stride(from: 0, to: map.stride, by: lanes) {
        for start in Swift.stride(from: 0, to: outWidth, by: pixels) {
          let column = min(start, outWidth - pixels)
          let left = column * step - map.call.origin.left
          tile(
            map, rows, input: map.input + (top * shape.width + left) * map.stride + channel, channel,
            hasFirst: left >= 0, hasLast: left + (pixels - 1) * step + 2 < shape.width,
            output: map.output + (row * outWidth + column) * map.stride + channel)
        }
      }
    }
  }

  /// `input` is the tile's upper left tap, which may lie outside the map.
  @inline(__always)
  static func tile(
    _ map: DepthwiseMap, _ rows: Range<Int>, input: Floats, _ channel: Int, hasFirst: Bool, hasLast: Bool,
    output: MutableFloats
  ) {
    let stride = map.stride
    var sums = InlineArray<pixels, Vector>(repeating: load(map.bias + channel))
    for row in rows {
      let taps = input + row * map.call.inputShape.width * stride
      let weights = map.weights + row * 3 * stride + channel
      let (left, middle, right) = (load(weights), load(weights + stride), load(weights + 2 * stride))
      if hasFirst { addProduct(&sums[0], load(taps), left) }
      for pixel in 0..<pixels {
        if pixel > 0 { addProduct(&sums[pixel], load(taps + pixel * step * stride), left) }
        addProduct(&sums[pixel], load(taps + (pixel * step + 1) * stride), middle)
        if pixel < pixels - 1 { addProduct(&sums[pixel], load(taps + (pixel * step + 2) * stride), right) }
      }
      if hasLast { addProduct(&sums[pixels - 1], load(taps + ((pixels - 1) * step + 2) * stride), right) }
    }
    for pixel in 0..<pixels { storeVector(sums[pixel], output + pixel * stride) }
  }
}
