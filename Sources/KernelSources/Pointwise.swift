import KernelInterface
import Tensors

func pointwise(_ call: PointwiseCall) {
  let map = PointwiseMap(call)
  map.epilogue.clearSums(rows: call.positions / map.rowWidth)
  // Inputs of one chunk stay in the second-level cache while all strips of output channels pass over them.
  let chunk = max(1, max(84, 32_768 / map.inStride / 84 * 84) / map.segment) * map.segment
  var start = 0
  while start < call.positions {
    let end = min(start + chunk, call.positions)
    forEachStrip(blocks: map.outStride / blockLanes) { first, count in
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

/// A ``PointwiseCall`` as addresses.
private struct PointwiseMap {
  let input: Floats
  let weights: Floats
  let bias: Floats
  let depth: Int
  let inStride: Int
  let outStride: Int
  /// Positions in a row of the output.
  let rowWidth: Int
  /// Positions that tiles do not run over the ends of: a row where sums are kept by row, so that they are always added in one order.
  let segment: Int
  let epilogue: EpilogueMap

  init(_ call: PointwiseCall) {
    input = Floats(call.input.pointer)
    weights = Floats(call.weights.pointer)
    bias = Floats(call.bias.pointer)
    depth = call.inChannels
    inStride = FeatureShape.padded(call.inChannels)
    outStride = FeatureShape.padded(call.outChannels)
    rowWidth = call.epilogue.sums?.width ?? call.positions
    segment = call.epilogue.sums?.width ?? 84
    epilogue = EpilogueMap(call.epilogue, output: call.output, stride: outStride)
  }

  /// Positions `start..<end` of the output blocks from `block` on, the last few of each segment in small tiles.
  @inline(never)
  func strip<let pixels: Int, let fewPixels: Int, let vectors: Int>(
    _: Tile<pixels, vectors>.Type, _: Tile<fewPixels, vectors>.Type, _ block: Int, _ start: Int, _ end: Int
  ) {
    let isWhole = epilogue.sums == nil
    var segmentStart = start
    var row = start / rowWidth
    while segmentStart < end {
      let segmentEnd = isWhole ? end : segmentStart + rowWidth
      var position = segmentStart
      while segmentEnd - position > fewPixels {
        tile(Tile<pixels, vectors>.self, block, position, segmentEnd, row, position - segmentStart)
        position += pixels
      }
      while position < segmentEnd {
        tile(Tile<fewPixels, vectors>.self, block, position, segmentEnd, row, position - segmentStart)
        position += fewPixels
      }
      segmentStart = segmentEnd
      row += 1
    }
  }

  @inline(__always)
  func tile<let pixels: Int, let vectors: Int>(
    _: Tile<pixels, vectors>.Type, _ block: Int, _ position: Int, _ end: Int, _ row: Int, _ column: Int
  ) {
    let last = end - position - 1
    var tile = Tile<pixels, vectors>(bias: bias + block * blockLanes)
    let first = input + position * inStride
    // Beyond the end the last position is computed again, so no tile has a branch.
    tile.accumulate(
      InlineArray { pixel in first + min(pixel, last) * inStride }, offset: 0, depth: depth,
      weights: weights + block * depth * blockLanes, blockStride: depth * blockLanes)
    epilogue.finish(
      tile, at: TilePlace(position: position, channel: block * blockLanes, last: last, row: row, column: column))
  }
}
