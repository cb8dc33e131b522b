import KernelInterface

extension SpatialMap {
  /// Any kernel, stride, padding and dilation: four pixels at a time where all taps lie inside, one at the borders.
  func depthwiseGeneral() {
    let reach = inWidth - (kernelWidth - 1) * columnDilation
    for row in self.rows {
      let top = row * rowStep - self.top
      let rows = inside(top, kernel: kernelHeight, dilation: rowDilation, extent: inHeight)
      var column = 0
      while column < outWidth {
        let left = column * columnStep - self.left
        let place = (row: row - self.rows.lowerBound, column: column)
        let source = input + (top * inWidth + left) * inStride
        if column + 4 <= outWidth, left >= 0, left + 3 * columnStep < reach {
          GeneralTile<4>.run(self, rows, 0..<kernelWidth, input: source, place)
          column += 4
        } else {
          let columns = inside(left, kernel: kernelWidth, dilation: columnDilation, extent: inWidth)
          GeneralTile<1>.run(self, rows, columns, input: source, place)
          column += 1
        }
      }
    }
  }
}

/// The taps of a window at `start` that lie in `0..<extent`.
func inside(_ start: Int, kernel: Int, dilation: Int, extent: Int) -> Range<Int> {
  let first = start < 0 ? (-start + dilation - 1) / dilation : 0
  let end = start < extent ? (extent - 1 - start) / dilation + 1 : 0
  return min(first, kernel)..<max(min(first, kernel), min(end, kernel))
}

private enum GeneralTile<let pixels: Int> {
  /// All channels of `pixels` neighbours; `input` is the upper left tap, `rows` and `columns` the taps to add.
  @inline(__always)
  static func run(
    _ map: SpatialMap, _ rows: Range<Int>, _ columns: Range<Int>, input: Floats,
    _ place: (row: Int, column: Int)
  ) {
    let stride = map.inStride
    for channel in Swift.stride(from: 0, to: stride, by: lanes) {
      var tile = Tile<pixels, 1>(bias: map.bias + channel)
      for row in rows {
        for column in columns {
          let tap = row * map.rowDilation * map.inWidth + column * map.columnDilation
          let source = input + tap * stride + channel
          let weight = load(map.weights + (row * map.kernelWidth + column) * stride + channel)
          for pixel in 0..<pixels {
            addProduct(&tile.sums[0][pixel], load(source + pixel * map.columnStep * stride), weight)
          }
        }
      }
      map.epilogue.finish(
        tile,
        at: TilePlace(
          position: place.row * map.outWidth + place.column, channel: channel, last: pixels - 1, row: place.row,
          column: place.column))
    }
  }
}
