import KernelInterface
import Tensors

func pointwise(_ call: PointwiseCall) {
  let map = call.map
  map.epilogue.clearSums(rows: map.positions / max(map.epilogue.rowWidth, 1))
  // Inputs of one chunk stay in the second-level cache while all strips of output channels pass over them.
  // Where sums are kept by row, tiles do not run over the ends of rows: sums are always added in one order.
  let segment = map.epilogue.sums == nil ? 84 : map.epilogue.rowWidth
  let chunk = max(1, max(84, 32_768 / map.inStride / 84 * 84) / segment) * segment
  var start = 0
  while start < map.positions {
    let end = min(start + chunk, map.positions)
    #if AVX512
      // A last block that is at most half full is taken in halves.
      let half = (1...blockLanes / 2).contains(map.outChannels % blockLanes) ? 1 : 0
      if half == 1 { map.halfStrip(map.outStride / blockLanes - 1, start, end) }
    #else
      let half = 0
    #endif
    forEachStrip(blocks: map.outStride / blockLanes - half) { first, count in
      #if AVX512
        switch count {
        case 1: map.strip(Tile<14, 1>.self, Tile<4, 1>.self, first, start, end)
        case 2: map.strip(Tile<7, 2>.self, Tile<4, 2>.self, first, start, end)
        default: map.strip(Tile<7, 3>.self, Tile<4, 3>.self, first, start, end)
        }
      #elseif AVX2
        map.strip(Tile<6, 2>.self, Tile<2, 2>.self, first, start, end)
      #else
        map.strip(Tile<2, 4>.self, Tile<1, 4>.self, first, start, end)
      #endif
    }
    start = end
  }
}

extension PointwiseMap {
  /// Positions `start..<end` of the output blocks from `block` on, the last few of each segment in small tiles.
  @inline(never)
  fileprivate func strip<let pixels: Int, let fewPixels: Int, let vectors: Int>(
    _: Tile<pixels, vectors>.Type, _: Tile<fewPixels, vectors>.Type, _ block: Int, _ start: Int, _ end: Int
  ) {
    forEachSegment(start, end) { row, segmentStart, segmentEnd in
      var position = segmentStart
      while segmentEnd - position >= pixels {
        whole(Tile<pixels, vectors>.self, block, position, row, position - segmentStart)
        position += pixels
      }
      while position < segmentEnd {
        part(Tile<fewPixels, vectors>.self, block, position, segmentEnd, row, position - segmentStart)
        position += fewPixels
      }
    }
  }

  /// The same for one block whose upper half is not in use.
  @inline(never)
  fileprivate func halfStrip(_ block: Int, _ start: Int, _ end: Int) {
    forEachSegment(start, end) { row, segmentStart, segmentEnd in
      var position = segmentStart
      while segmentEnd - position >= 14 {
        half(HalfTile<14>.self, block, position, row, position - segmentStart)
        position += 14
      }
      while segmentEnd - position >= 7 {
        half(HalfTile<7>.self, block, position, row, position - segmentStart)
        position += 7
      }
      while position < segmentEnd {
        part(Tile<4, 1>.self, block, position, segmentEnd, row, position - segmentStart)
        position += 4
      }
    }
  }

  /// Calls `body` with each run of positions that tiles do not run over the ends of, and its row.
  @inline(__always)
  private func forEachSegment(_ start: Int, _ end: Int, _ body: (_ row: Int, _ start: Int, _ end: Int) -> Void) {
    let length = epilogue.sums == nil ? end - start : epilogue.rowWidth
    var row = start / epilogue.rowWidth
    for segment in Swift.stride(from: start, to: end, by: length) {
      body(row, segment, segment + length)
      row += 1
    }
  }

  @inline(__always)
  private func half<let pixels: Int>(
    _: HalfTile<pixels>.Type, _ block: Int, _ position: Int, _ row: Int, _ column: Int
  ) {
    var tile = HalfTile<pixels>(bias: bias + block * blockLanes)
    tile.accumulate(
      input + position * inStride, step: inStride, depth: depth, weights: weights + block * depth * blockLanes)
    epilogue.finish(
      tile.widened,
      at: TilePlace(position: position, channel: block * blockLanes, last: pixels - 1, row: row, column: column))
  }

  /// A tile of consecutive positions.
  @inline(__always)
  private func whole<let pixels: Int, let vectors: Int>(
    _: Tile<pixels, vectors>.Type, _ block: Int, _ position: Int, _ row: Int, _ column: Int
  ) {
    var tile = Tile<pixels, vectors>(bias: bias + block * blockLanes)
    epilogue.fetchUpcoming(
      from: block * blockLanes * positions + position * vectors * lanes, count: pixels * vectors * lanes)
    tile.accumulate(
      input + position * inStride, step: inStride, depth: depth, weights: weights + block * depth * blockLanes,
      blockStride: depth * blockLanes)
    epilogue.finish(
      tile, at: TilePlace(position: position, channel: block * blockLanes, last: pixels - 1, row: row, column: column))
  }

  /// A tile that may end behind the last position, which it then computes again.
  @inline(__always)
  private func part<let pixels: Int, let vectors: Int>(
    _: Tile<pixels, vectors>.Type, _ block: Int, _ position: Int, _ end: Int, _ row: Int, _ column: Int
  ) {
    let last = end - position - 1
    var tile = Tile<pixels, vectors>(bias: bias + block * blockLanes)
    let first = input + position * inStride
    tile.accumulate(
      InlineArray { pixel in first + min(pixel, last) * inStride }, depth: depth,
      weights: weights + block * depth * blockLanes, blockStride: depth * blockLanes)
    epilogue.finish(
      tile, at: TilePlace(position: position, channel: block * blockLanes, last: last, row: row, column: column))
  }
}
