import CVector
import KernelInterface
import Tensors

func winograd(_ call: WinogradCall) {
  call.withMap { WinogradPass($0).run() }
}

/// Some tiles of two by two outputs: rows of tiles, counted through all images, by columns.
private struct TileBlock {
  let row: Int
  let rows: Int
  let column: Int
  let columns: Int

  var tiles: Int { rows * columns }
}

/// A ``WinogradCall`` under way.
private struct WinogradPass {
  let images: UnsafePointer<SpatialMap>
  let count: Int
  /// What all images have in common, and the first one's maps.
  let map: SpatialMap
  let tiling: WinogradTiling
  /// The first row of tiles, and as many as an image has.
  let firstRow: Int
  let rowCount: Int
  /// `B^T d B`, `[16][tiles][inStride]`.
  let transformed: MutableFloats
  /// Its products with the weights, summed over the input channels: `[16][tiles][outStride]`.
  let products: MutableFloats
  /// x of two rows, `[2][2 * columns][lanes]`.
  let outputs: MutableFloats

  init(_ call: WinogradMap) {
    (images, count, map, tiling) = (call.images, call.count, call.images[0], call.tiling)
    firstRow = map.rows.lowerBound / 2
    rowCount = map.rowCount == 0 ? 0 : (map.rows.upperBound + 1) / 2 - firstRow
    let tiles = tiling.rows * tiling.columns * 16
    transformed = call.scratch
    products = transformed + tiles * map.inStride
    outputs = products + tiles * map.outStride
  }

  func run() {
    for image in 0..<count { images[image].epilogue.clearSums(rows: map.rowCount) }
    let end = count * rowCount
    var row = 0
    while row < end {
      let rows = min(tiling.rows, end - row)
      for column in Swift.stride(from: 0, to: tiling.across, by: tiling.columns) {
        let columns = min(tiling.columns, tiling.across - column)
        let block = TileBlock(row: row, rows: rows, column: column, columns: columns)
        transform(block)
        multiply(tiles: block.tiles)
        finish(block)
      }
      row += rows
    }
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
      let input = images[row / rowCount].input
      let top = 2 * (firstRow + row % rowCount) - map.top
      for column in block.column..<block.column + block.columns {
        let left = 2 * column - map.left
        if top >= 0 && left >= 0 && top + 4 <= map.inHeight && left + 4 <= map.inWidth {
          let source = input + (top * map.inWidth + left) * map.inStride
          transform(
            InlineArray { tap in source + (tap >> 2 * map.inWidth + tap & 3) * map.inStride }, to: target, size)
        } else {
          transformAtBorder(input, top, left, to: target, size)
        }
        target += map.inStride
      }
    }
  }

  /// Taps outside the map read zeros.
  @inline(never)
  private func transformAtBorder(_ input: Floats, _ top: Int, _ left: Int, to target: MutableFloats, _ size: Int) {
    let zeros = vector_zeros().unsafelyUnwrapped
    transform(
      InlineArray { tap in
        let (row, column) = (top + tap >> 2, left + tap & 3)
        let isInside =
          UInt(bitPattern: row) < UInt(bitPattern: map.inHeight)
          && UInt(bitPattern: column) < UInt(bitPattern: map.inWidth)
        return isInside ? input + (row * map.inWidth + column) * map.inStride : zeros
      }, to: target, size)
  }

  /// One tile's; its elements lie `size` floats apart.
  @inline(__always)
  private func transform(_ taps: InlineArray<16, Floats>, to target: MutableFloats, _ size: Int) {
    for channel in Swift.stride(from: 0, to: map.inStride, by: lanes) {
      func tap(_ row: Int, _ column: Int) -> Vector { load(taps[4 * row + column] + channel) }
      let place = target + channel
      store(InlineArray { tap(0, $0) - tap(2, $0) }, to: place, size)
      store(InlineArray { tap(1, $0) + tap(2, $0) }, to: place + 4 * size, size)
      store(InlineArray { tap(2, $0) - tap(1, $0) }, to: place + 8 * size, size)
      store(InlineArray { tap(1, $0) - tap(3, $0) }, to: place + 12 * size, size)
    }
  }

  /// A row of `B^T d`, times B.
  @inline(__always)
  private func store(_ row: InlineArray<4, Vector>, to place: MutableFloats, _ size: Int) {
    storeVector(row[0] - row[2], place)
    storeVector(row[1] + row[2], place + size)
    storeVector(row[2] - row[1], place + 2 * size)
    storeVector(row[1] - row[3], place + 3 * size)
  }
}

// MARK: - The products

extension WinogradPass {
  /// 16 matrix products: tiles by input channels, times input channels by output channels.
  private func multiply(tiles: Int) {
    for product in 0..<16 {
      forEachStrip(blocks: map.outStride / blockLanes) { first, count in
        #if AVX512
          switch count {
          case 1: multiply(Tile<14, 1>.self, Tile<4, 1>.self, product, first, tiles)
          case 2: multiply(Tile<7, 2>.self, Tile<4, 2>.self, product, first, tiles)
          case _ where tiles % 8 == 0: multiply(Tile<8, 3>.self, Tile<4, 3>.self, product, first, tiles)
          default: multiply(Tile<7, 3>.self, Tile<4, 3>.self, product, first, tiles)
          }
        #elseif AVX2
          multiply(Tile<6, 2>.self, Tile<2, 2>.self, product, first, tiles)
        #else
          multiply(Tile<2, 4>.self, Tile<1, 4>.self, product, first, tiles)
        #endif
      }
    }
  }

  /// One of them, for the output blocks from `first` on that a tile holds.
  @inline(never)
  private func multiply<let pixels: Int, let fewPixels: Int, let vectors: Int>(
    _: Tile<pixels, vectors>.Type, _: Tile<fewPixels, vectors>.Type, _ product: Int, _ first: Int, _ tiles: Int
  ) {
    let input = Floats(transformed) + product * tiles * map.inStride
    let weights = map.weights + (first * 16 + product) * map.depth * blockLanes
    let output = products + product * tiles * map.outStride + first * blockLanes
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

  /// Some tiles' sums; those behind the last take its place.
  @inline(__always)
  private func multiply<let pixels: Int, let vectors: Int>(
    _: Tile<pixels, vectors>.Type, _ input: Floats, _ weights: Floats, _ output: MutableFloats, _ tile: Int, last: Int
  ) {
    var sums = Tile<pixels, vectors>(
      sums: InlineArray { _ in InlineArray { _ in Vector() } })
    let start = input + tile * map.inStride
    let blockStride = 16 * map.depth * blockLanes
    if last == pixels - 1 {
      sums.accumulate(start, step: map.inStride, depth: map.depth, weights: weights, blockStride: blockStride)
    } else {
      sums.accumulate(
        InlineArray { pixel in start + min(pixel, last) * map.inStride }, depth: map.depth, weights: weights,
        blockStride: blockStride)
    }
    sums.store(to: output + tile * map.outStride, stride: map.outStride, last: last)
  }
}

// MARK: - The output

extension WinogradPass {
  /// `A^T m A` and the epilogue of some tiles.
  private func finish(_ block: TileBlock) {
    for row in 0..<block.rows {
      let (image, tileRow) = ((block.row + row) / rowCount, firstRow + (block.row + row) % rowCount)
      for channel in Swift.stride(from: 0, to: map.outStride, by: lanes) {
        combine(block, row, channel)
        for half in 0..<2 {
          let line = 2 * tileRow + half - map.rows.lowerBound
          guard line >= 0, line < map.rowCount else { continue }
          finish(block, images[image].epilogue, channel, line, Floats(outputs) + half * 2 * block.columns * lanes)
        }
      }
    }
  }

  /// Two rows of x for a vector of channels.
  @inline(never)
  private func combine(_ block: TileBlock, _ row: Int, _ channel: Int) {
    let bias = load(map.bias + channel)
    for column in 0..<block.columns {
      combine(
        Floats(products) + (row * block.columns + column) * map.outStride + channel,
        step: block.tiles * map.outStride, bias, to: outputs + 2 * column * lanes, row: 2 * block.columns * lanes)
    }
  }

  /// One tile's four outputs; its products lie `step` floats apart.
  @inline(__always)
  private func combine(_ place: Floats, step: Int, _ bias: Vector, to target: MutableFloats, row: Int) {
    func product(_ row: Int, _ column: Int) -> Vector { load(place + (4 * row + column) * step) }
    let upper = InlineArray<4, Vector> { product(0, $0) + (product(1, $0) + product(2, $0)) }
    let lower = InlineArray<4, Vector> { (product(1, $0) - product(2, $0)) - product(3, $0) }
    storeVector(bias + (upper[0] + (upper[1] + upper[2])), target)
    storeVector(bias + ((upper[1] - upper[2]) - upper[3]), target + lanes)
    storeVector(bias + (lower[0] + (lower[1] + lower[2])), target + row)
    storeVector(bias + ((lower[1] - lower[2]) - lower[3]), target + row + lanes)
  }

  /// The epilogue for a vector of channels of a part of an output row.
  @inline(never)
  private func finish(_ block: TileBlock, _ epilogue: EpilogueMap, _ channel: Int, _ line: Int, _ values: Floats) {
    let start = 2 * block.column
    let count = min(2 * block.columns, map.outWidth - start)
    for column in Swift.stride(from: 0, to: count, by: 8) {
      let last = min(8, count - column) - 1
      let tile = Tile<8, 1>(values + column * lanes, stride: lanes, last: last)
      let position = line * map.outWidth + start + column
      epilogue.fetchUpcoming(
        from: channel * map.rowCount * map.outWidth + position * lanes, count: (last + 1) * lanes)
      epilogue.finish(
        tile, at: TilePlace(position: position, channel: channel, last: last, row: line, column: start + column))
    }
  }
}
