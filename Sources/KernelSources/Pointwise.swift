import KernelInterface
import Tensors

func pointwise(_ call: PointwiseCall) {
  let map = PointwiseMap(call)
  // Inputs of one chunk stay in the second-level cache while all strips of output channels pass over them.
  let chunk = max(84, 32_768 / map.inStride / 84 * 84)
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
  let output: MutableFloats
  let weights: Floats
  let bias: Floats
  let depth: Int
  let inStride: Int
  let outStride: Int

  init(_ call: PointwiseCall) {
    input = Floats(call.input.pointer)
    output = call.output.pointer
    weights = Floats(call.weights.pointer)
    bias = Floats(call.bias.pointer)
    depth = call.inChannels
    inStride = FeatureShape.padded(call.inChannels)
    outStride = FeatureShape.padded(call.outChannels)
  }

  /// Positions `start..<end` of the output blocks from `block` on, the last few in small tiles.
  @inline(__always)
  func strip<let pixels: Int, let fewPixels: Int, let vectors: Int>(
    _: Tile<pixels, vectors>.Type, _: Tile<fewPixels, vectors>.Type, _ block: Int, _ start: Int, _ end: Int
  ) {
    var position = start
    while end - position > fewPixels {
      tile(Tile<pixels, vectors>.self, block, position, last: end - position - 1)
      position += pixels
    }
    while position < end {
      tile(Tile<fewPixels, vectors>.self, block, position, last: end - position - 1)
      position += fewPixels
    }
  }

  @inline(__always)
  func tile<let pixels: Int, let vectors: Int>(
    _: Tile<pixels, vectors>.Type, _ block: Int, _ position: Int, last: Int
  ) {
    var tile = Tile<pixels, vectors>(bias: bias + block * blockLanes)
    let first = input + position * inStride
    // Beyond the end the last position is computed again, so no tile has a branch.
    tile.accumulate(
      InlineArray { pixel in first + min(pixel, last) * inStride }, offset: 0, depth: depth,
      weights: weights + block * depth * blockLanes, blockStride: depth * blockLanes)
    tile.store(to: output + position * outStride + block * blockLanes, stride: outStride, last: last)
  }
}
