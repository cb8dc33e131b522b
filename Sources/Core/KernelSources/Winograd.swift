import CVector
import KernelInterface
import Tensors

func winograd(_ call: WinogradCall) {
  let pass = WinogradPass(call.map)
  pass.map.epilogue.clearSums(rows: pass.map.rowCount)
  let end = (pass.map.rows.upperBound + 1) / 2
  var row = pass.map.rows.lowerBound / 2
  while row < end {
    let rows = min(pass.tiling.rows, end - row)
    for column in Swift.stride(from: 0, to: pass.tiling.across, by: pass.tiling.columns) {
      let columns = min(pass.tiling.columns, pass.tiling.across - column)
      pass.run(TileBlock(row: row, rows: rows, column: column, columns: columns))
    }
    row += rows
  }
}

/// Some tiles of two by two outputs, by rows.
private struct TileBlock {
  let row: Int
  let rows: Int
  let column: Int
  let columns: Int

  var tiles: Int { rows * columns }
}

/// A ``WinogradCall`` under way.
private struct WinogradPass {
  let map: SpatialMap
  let tiling: WinogradTiling
  /// `B^T d B`, `[16][tiles][inStride]`.
  let transformed: MutableFloats
  /// Its products with the weights, summed over the input channels: `[16][tiles][channels of a strip]`.
  let products: MutableFloats
  /// x of two rows, `[2][2 * columns][lanes]`.
  let outputs: MutableFloats

  init(_ call: WinogradMap) {
    (map, tiling) = (call.spatial, call.tiling)
    let tiles = tiling.rows * tiling.columns * 16
    transformed = call.scratch
    products = transformed + tiles * map.inStride
    outputs = products + tiles * 48
  }

  func run(_ block: TileBlock) {
    transform(block)
    forEachStrip(blocks: map.outStride / blockLanes) { first, count in
      #if AVX512
        switch count {
        case 1: strip(Tile<14, 1>.self, Tile<4, 1>.self, first, block)
        case 2: strip(Tile<7, 2>.self, Tile<4, 2>.self, first, block)
        default: strip(Tile<7, 3>.self, Tile<4, 3>.self, first, block)
        }
      #elseif AVX2
        strip(Tile<6, 2>.self, Tile<2, 2>.self, first, block)
      #else
        strip(Tile<2, 4>.self, Tile<1, 4>.self, first, block)
      #endif
    }
  }

  private func strip<let pixels: Int, let fewPixels: Int, let vectors: Int>(
    _ tile: Tile<pixels, vectors>.Type, _ few: Tile<fewPixels, vectors>.Type, _ first: Int, _ block: TileBlock
  ) {
    multiply(tile, few, first, tiles: block.tiles)
    for vector in 0..<vectors { finish(block, first * blockLanes, vector * lanes, width: vectors * lanes) }
  }
}

// MARK: - The input

extension WinogradPass {
  /// `B^T d B` of some tiles.
  @inline(never)
  private func transform(_ block: TileBlock) {
    let size = block.tiles * map.inStride
    var target = transformed
    for row in block.row..<block.row + block.rows {
      for column in block.column..<block.column + block.columns {
        let (top, left) = (2 * row - map.top, 2 * column - map.left)
        if top >= 0 && left >= 0 && top + 4 <= map.inHeight && left + 4 <= map.inWidth {
          let source = map.input + (top * map.inWidth + left) * map.inStride
          transform(
            InlineArray { tap in source + (tap >> 2 * map.inWidth + tap & 3) * map.inStride }, to: target, size)
        } else {
          transformAtBorder(top, left, to: target, size)
        }
        target += map.inStride
      }
    }
  }

  /// Taps outside the map read zeros.
  @inline(never)
  private func transformAtBorder(_ top: Int, _ left: Int, to target: MutableFloats, _ size: Int) {
    let zeros = vector_zeros().unsafelyUnwrapped
    transform(
      InlineArray { tap in
        let (row, column) = (top + tap >> 2, left + tap & 3)
        let isInside =
          UInt(bitPattern: row) < UInt(bitPattern: map.inHeight)
          && UInt(bitPattern: column) < UInt(bitPattern: map.inWidth)
        return isInside ? map.input + (row * map.inWidth + column) * map.inStride : zeros
      }, to: target, size)
  }

  /// One tile's; its elements lie `size` floats apart.
  @inline(__always)
  private func transform(_ taps: InlineArray<16, Floats>, to target: MutableFloats, _ size: Int) {
    for channel in Swift.stride(from: 0, to: map.inStride, by: lanes) {
      var rows = InlineArray<16, Vector>(repeating: Vector())
      for column in 0..<4 {
        let (first, second) = (load(taps[column] + channel), load(taps[4 + column] + channel))
        let (third, fourth) = (load(taps[8 + column] + channel), load(taps[12 + column] + channel))
        rows[column] = first - third
        rows[4 + column] = second + third
        rows[8 + column] = third - second
        rows[12 + column] = second - fourth
      }
      for row in 0..<4 {
        let place = target + 4 * row * size + channel
        storeVector(rows[4 * row] - rows[4 * row + 2], place)
        storeVector(rows[4 * row + 1] + rows[4 * row + 2], place + size)
        storeVector(rows[4 * row + 2] - rows[4 * row + 1], place + 2 * size)
        storeVector(rows[4 * row + 1] - rows[4 * row + 3], place + 3 * size)
      }
    }
  }
}

// MARK: - The products

extension WinogradPass {
  /// 16 matrix products: tiles by input channels, times input channels by the strip's output channels.
  @inline(never)
  private func multiply<let pixels: Int, let fewPixels: Int, let vectors: Int>(
    _: Tile<pixels, vectors>.Type, _: Tile<fewPixels, vectors>.Type, _ first: Int, tiles: Int
  ) {
    for product in 0..<16 {
      let input = Floats(transformed) + product * tiles * map.inStride
      let weights = map.weights + (first * 16 + product) * map.depth * blockLanes
      let output = products + product * tiles * vectors * lanes
      var tile = 0
      while tiles - tile >= pixels {
        multiply(Tile<pixels, vectors>.self, input, weights, output, tile, last: pixels - 1)
        tile += pixels
      }
      while tile < tiles {
        multiply(Tile<fewPixels, vectors>.self, input, weights, output, tile, last: min(fewPixels, tiles - tile) - 1)
        tile += fewPixels
      }
    }
  }

  /// Some tiles' sums; those behind the last take its place.
  @inline(__always)
  private func multiply<let pixels: Int, let vectors: Int>(
    _: Tile<pixels, vectors>.Type, _ input: Floats, _ weights: Floats, _ output: MutableFloats, _ tile: Int, last: Int
  ) {
    var sums = Tile<pixels, vectors>(
      sums: InlineArray(repeating: InlineArray(repeating: Vector())))
    let start = input + tile * map.inStride
    let blockStride = 16 * map.depth * blockLanes
    if last == pixels - 1 {
      sums.accumulate(start, step: map.inStride, depth: map.depth, weights: weights, blockStride: blockStride)
    } else {
      sums.accumulate(
        InlineArray { pixel in start + min(pixel, last) * map.inStride }, depth: map.depth, weights: weights,
        blockStride: blockStride)
    }
    sums.store(to: output + tile * vectors * lanes, stride: vectors * lanes, last: last)
  }
}

// MARK: - The output

extension WinogradPass {
  /// `A^T m A` and the epilogue for one vector of channels of some tiles. The vector lies at `offset` in a strip of
  /// `width` channels that begins at `channel`.
  @inline(never)
  private func finish(_ block: TileBlock, _ channel: Int, _ offset: Int, width: Int) {
    let bias = load(map.bias + channel + offset)
    for row in 0..<block.rows {
      for column in 0..<block.columns {
        let place = Floats(products) + (row * block.columns + column) * width + offset
        combine(place, step: block.tiles * width, bias, to: outputs + 2 * column * lanes, row: 2 * block.columns * lanes)
      }
      for half in 0..<2 {
        let line = 2 * (block.row + row) + half - map.rows.lowerBound
        guard line >= 0, line < map.rowCount else { continue }
        finish(block, channel + offset, line, Floats(outputs) + half * 2 * block.columns * lanes)
      }
    }
  }

  /// One tile's four outputs; its products lie `step` floats apart.
  @inline(__always)
  private func combine(_ place: Floats, step: Int, _ bias: Vector, to target: MutableFloats, row: Int) {
    var (upper, lower) = (
      InlineArray<4, Vector>(repeating: Vector()), InlineArray<4, Vector>(repeating: Vector())
    )
    for column in 0..<4 {
      let middle = (load(place + (4 + column) * step), load(place + (8 + column) * step))
      upper[column] = load(place + column * step) + (middle.0 + middle.1)
      lower[column] = (middle.0 - middle.1) - load(place + (12 + column) * step)
    }
    storeVector(bias + (upper[0] + (upper[1] + upper[2])), target)
    storeVector(bias + ((upper[1] - upper[2]) - upper[3]), target + lanes)
    storeVector(bias + (lower[0] + (lower[1] + lower[2])), target + row)
    storeVector(bias + ((lower[1] - lower[2]) - lower[3]), target + row + lanes)
  }

  /// The epilogue for a part of an output row.
  @inline(__always)
  private func finish(_ block: TileBlock, _ channel: Int, _ line: Int, _ values: Floats) {
    let start = 2 * block.column
    let count = min(2 * block.columns, map.outWidth - start)
    for column in Swift.stride(from: 0, to: count, by: 8) {
      let last = min(8, count - column) - 1
      let tile = Tile<8, 1>(values + column * lanes, stride: lanes, last: last)
      let position = line * map.outWidth + start + column
      map.epilogue.fetchUpcoming(
        from: channel * map.rowCount * map.outWidth + position * lanes, count: (last + 1) * lanes)
      map.epilogue.finish(
        tile, at: TilePlace(position: position, channel: channel, last: last, row: line, column: start + column))
    }
  }
}
