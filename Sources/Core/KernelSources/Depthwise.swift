import KernelInterface
import Tensors

func depthwise(_ call: SpatialCall) {
  let map = call.map
  map.epilogue.clearSums(rows: map.rowCount)
  // Only the first column of a row's first tile and the last of its last may lie outside the map.
  let isNarrow =
    map.kernelHeight == 3 && map.kernelWidth == 3 && map.rowDilation == 1 && map.columnDilation == 1
    && (0...1).contains(map.left) && (map.outWidth - 1) * map.columnStep - map.left + 2 <= map.inWidth
  switch (isNarrow, map.columnStep) {
  case (true, 1): threeByThree(map, columnStep: ColumnStep<1>.self)
  case (true, 2): threeByThree(map, columnStep: ColumnStep<2>.self)
  default:
    switch (map.kernelWidth, map.columnDilation, map.columnStep) {
    case (5, 1, 1): map.depthwiseWide(WideWindow<5, 1>.self)
    case (5, 1, 2): map.depthwiseWide(WideWindow<5, 2>.self)
    default: map.depthwiseGeneral()
    }
  }
}

/// A stride that the compiler knows.
private enum ColumnStep<let step: Int> {}

/// Cuts rows into equal tiles; the last may overlap its neighbour.
private func threeByThree<let step: Int>(_ map: SpatialMap, columnStep: ColumnStep<step>.Type) {
  switch depthwisePixels(width: map.outWidth) {
  case 1: DepthwiseTile<1, step>.run(map)
  case 2: DepthwiseTile<2, step>.run(map)
  case 3: DepthwiseTile<3, step>.run(map)
  case 4: DepthwiseTile<4, step>.run(map)
  case 5: DepthwiseTile<5, step>.run(map)
  case 7: DepthwiseTile<7, step>.run(map)
  default: DepthwiseTile<8, step>.run(map)
  }
}

/// Pixels of the tiles that rows of `width` pixels are cut into.
func depthwisePixels(width: Int) -> Int {
  let tiles = (width + mostPixels - 1) / mostPixels
  let pixels = (width + tiles - 1) / tiles
  return pixels == 6 ? 5 : pixels
}

/// Pixels of the widest tile; wider ones were slower.
private let mostPixels = 8

/// `pixels` outputs of one row of a 3 x 3 depthwise convolution, one vector of channels.
private struct DepthwiseTile<let pixels: Int, let step: Int> {
  let map: SpatialMap

  @inline(never)
  static func run(_ map: SpatialMap) {
    let strip = DepthwiseTile(map: map)
    for row in map.rows {
      for channel in Swift.stride(from: 0, to: map.inStride, by: lanes) {
        for start in Swift.stride(from: 0, to: map.outWidth, by: pixels) {
          let column = min(start, map.outWidth - pixels)
          let outRow = row - map.rows.lowerBound
          let place = TilePlace(
            position: outRow * map.outWidth + column, channel: channel, first: start - column, last: pixels - 1,
            row: outRow, column: column)
          strip.tile(row, place)
        }
      }
    }
  }

  @inline(__always)
  private func tile(_ row: Int, _ place: TilePlace) {
    let (top, left) = (row * map.rowStep - map.top, place.column * step - map.left)
    let rows = max(0, -top)..<max(max(0, -top), min(3, map.inHeight - top))
    var tile = Tile<pixels, 1>(bias: map.bias + place.channel)
    let done = place.row * map.outWidth * map.outStride + place.channel * map.outWidth + place.column * lanes
    map.epilogue.fetchUpcoming(from: done, count: pixels * lanes)
    accumulate(
      &tile, rows, input: map.input + (top * map.inWidth + left) * map.inStride + place.channel,
      weights: map.weights + place.channel, hasFirst: left >= 0,
      hasLast: left + (pixels - 1) * step + 2 < map.inWidth)
    map.epilogue.finish(tile, at: place)
  }

  /// `input` is the tile's upper left tap, which may lie outside the map.
  @inline(__always)
  private func accumulate(
    _ tile: inout Tile<pixels, 1>, _ rows: Range<Int>, input: Floats, weights: Floats, hasFirst: Bool, hasLast: Bool
  ) {
    let stride = map.inStride
    for row in rows {
      let taps = input + row * map.inWidth * stride
      let weights = weights + row * 3 * stride
      let (left, middle, right) = (load(weights), load(weights + stride), load(weights + 2 * stride))
      if hasFirst { addProduct(&tile.sums[0][0], load(taps), left) }
      for pixel in 0..<pixels {
        if pixel > 0 { addProduct(&tile.sums[0][pixel], load(taps + pixel * step * stride), left) }
        addProduct(&tile.sums[0][pixel], load(taps + (pixel * step + 1) * stride), middle)
        if pixel < pixels - 1 {
          addProduct(&tile.sums[0][pixel], load(taps + (pixel * step + 2) * stride), right)
        }
      }
      if hasLast { addProduct(&tile.sums[0][pixels - 1], load(taps + ((pixels - 1) * step + 2) * stride), right) }
    }
  }
}
