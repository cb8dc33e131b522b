import KernelInterface
import Tensors

/// A number of columns of a kernel, and a stride, that the compiler knows.
enum WideWindow<let taps: Int, let step: Int> {}

extension SpatialMap {
  /// A depthwise convolution whose kernel has `taps` columns, of any height: rows in equal tiles, the last of which may
  /// overlap its neighbour.
  func depthwiseWide<let taps: Int, let step: Int>(_: WideWindow<taps, step>.Type) {
    switch depthwisePixels(width: outWidth) {
    case 1: WideTile<1, taps, step>.run(self)
    case 2: WideTile<2, taps, step>.run(self)
    case 3: WideTile<3, taps, step>.run(self)
    case 4: WideTile<4, taps, step>.run(self)
    case 5: WideTile<5, taps, step>.run(self)
    case 7: WideTile<7, taps, step>.run(self)
    default: WideTile<8, taps, step>.run(self)
    }
  }
}

/// `pixels` outputs of one row, one vector of channels.
private struct WideTile<let pixels: Int, let taps: Int, let step: Int> {
  let map: SpatialMap

  @inline(never)
  static func run(_ map: SpatialMap) {
    let strip = WideTile(map: map)
    for row in map.rows {
      for channel in Swift.stride(from: 0, to: map.inStride, by: lanes) {
        for start in Swift.stride(from: 0, to: map.outWidth, by: pixels) {
          let column = min(start, map.outWidth - pixels)
          let outRow = row - map.rows.lowerBound
          strip.tile(
            row,
            TilePlace(
              position: outRow * map.outWidth + column, channel: channel, first: start - column, last: pixels - 1,
              row: outRow, column: column))
        }
      }
    }
  }

  @inline(__always)
  private func tile(_ row: Int, _ place: TilePlace) {
    let (top, left) = (row * map.rowStep - map.top, place.column * step - map.left)
    let rows = inside(top, kernel: map.kernelHeight, dilation: map.rowDilation, extent: map.inHeight)
    var tile = Tile<pixels, 1>(bias: map.bias + place.channel)
    let done = place.row * map.outWidth * map.outStride + place.channel * map.outWidth + place.column * lanes
    map.epilogue.fetchUpcoming(from: done, count: pixels * lanes)
    let isInside = left >= 0 && left + (pixels - 1) * step + taps <= map.inWidth
    for kernelRow in rows {
      let input =
        map.input + ((top + kernelRow * map.rowDilation) * map.inWidth + left) * map.inStride + place.channel
      let weights = map.weights + kernelRow * taps * map.inStride + place.channel
      if isInside {
        accumulate(&tile, input, weights)
      } else {
        accumulateAtBorder(&tile, input, weights, first: -left, end: map.inWidth - left)
      }
    }
    map.epilogue.finish(tile, at: place)
  }

  /// One row of taps; `input` is the first pixel's first tap.
  @inline(__always)
  private func accumulate(_ tile: inout Tile<pixels, 1>, _ input: Floats, _ weights: Floats) {
    let stride = map.inStride
    for tap in 0..<taps {
      let weight = load(weights + tap * stride)
      for pixel in 0..<pixels {
        addProduct(&tile.sums[0][pixel], load(input + (pixel * step + tap) * stride), weight)
      }
    }
  }

  /// The same where only the columns `first..<end`, counted from `input`, lie in the map.
  @inline(__always)
  private func accumulateAtBorder(
    _ tile: inout Tile<pixels, 1>, _ input: Floats, _ weights: Floats, first: Int, end: Int
  ) {
    let stride = map.inStride
    for tap in 0..<taps {
      let weight = load(weights + tap * stride)
      for pixel in 0..<pixels {
        let column = pixel * step + tap
        guard column >= first, column < end else { continue }
        addProduct(&tile.sums[0][pixel], load(input + column * stride), weight)
      }
    }
  }
}
