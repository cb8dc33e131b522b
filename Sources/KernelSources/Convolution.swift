import KernelInterface
import Tensors

func convolution(_ call: SpatialCall) {
  let map = SpatialMap(call)
  forEachStrip(blocks: map.outStride / blockLanes) { first, count in
    #if AVX512
      switch count {
      case 1: map.strip(Tile<12, 1>.self, first)
      case 2: map.strip(Tile<7, 2>.self, first)
      default: map.strip(Tile<7, 3>.self, first)
      }
    #elseif AVX2
      map.strip(Tile<6, 2>.self, first)
    #else
      map.strip(Tile<2, 4>.self, first)
    #endif
  }
}

/// What taps outside the map read, ``zeroCount`` floats of it; never written.
private nonisolated(unsafe) let zeros = Floats(UnsafeMutablePointer(mutating: zeroStorage.pointer))
private let zeroStorage = AlignedStorage<Float>(count: zeroCount)
private let zeroCount = 4096

/// A dense ``SpatialCall`` as addresses.
private struct SpatialMap {
  let call: SpatialCall
  let input: Floats
  let output: MutableFloats
  let weights: Floats
  let bias: Floats
  let depth: Int
  let inStride: Int
  let outStride: Int

  init(_ call: SpatialCall) {
    self.call = call
    input = Floats(call.input.pointer)
    output = call.output.pointer
    weights = Floats(call.weights.pointer)
    bias = Floats(call.bias.pointer)
    depth = call.inputShape.channels
    inStride = call.inputShape.channelStride
    outStride = call.outputShape.channelStride
  }

  /// All positions of the output blocks from `block` on. Tiles run over the ends of rows.
  @inline(__always)
  func strip<let pixels: Int, let vectors: Int>(_ type: Tile<pixels, vectors>.Type, _ block: Int) {
    let positions = call.outputShape.positions
    var position = 0
    while position < positions {
      tile(type, block, position, last: positions - position - 1)
      position += pixels
    }
  }

  @inline(__always)
  func tile<let pixels: Int, let vectors: Int>(
    _: Tile<pixels, vectors>.Type, _ block: Int, _ position: Int, last: Int
  ) {
    var tops = InlineArray<pixels, Int>(repeating: 0)
    var lefts = InlineArray<pixels, Int>(repeating: 0)
    var isInside = true
    let reach = (
      row: call.inputShape.height - (call.kernel.height - 1) * call.dilation.height,
      column: call.inputShape.width - (call.kernel.width - 1) * call.dilation.width
    )
    for pixel in 0..<pixels {
      let (row, column) = (position + min(pixel, last)).quotientAndRemainder(dividingBy: call.outputShape.width)
      tops[pixel] = row * call.stride.height - call.origin.top
      lefts[pixel] = column * call.stride.width - call.origin.left
      isInside =
        isInside && tops[pixel] >= 0 && lefts[pixel] >= 0 && tops[pixel] < reach.row && lefts[pixel] < reach.column
    }
    var tile = Tile<pixels, vectors>(bias: bias + block * blockLanes)
    if isInside {
      accumulateInside(&tile, block, tops, lefts)
    } else {
      accumulateAtBorder(&tile, block, tops, lefts)
    }
    tile.store(to: output + position * outStride + block * blockLanes, stride: outStride, last: last)
  }

  /// Every tap of every pixel lies in the map: the pixels' addresses move together from tap to tap.
  @inline(__always)
  private func accumulateInside<let pixels: Int, let vectors: Int>(
    _ tile: inout Tile<pixels, vectors>, _ block: Int, _ tops: InlineArray<pixels, Int>,
    _ lefts: InlineArray<pixels, Int>
  ) {
    let corners = InlineArray<pixels, Floats> { pixel in
      input + (tops[pixel] * call.inputShape.width + lefts[pixel]) * inStride
    }
    let blockStride = call.kernel.height * call.kernel.width * depth * blockLanes
    var tap = weights + block * blockStride
    for row in 0..<call.kernel.height {
      for column in 0..<call.kernel.width {
        let step = row * call.dilation.height * call.inputShape.width + column * call.dilation.width
        tile.accumulate(corners, offset: step * inStride, depth: depth, weights: tap, blockStride: blockStride)
        tap += depth * blockLanes
      }
    }
  }

  /// Taps outside the map read zeros instead.
  @inline(__always)
  private func accumulateAtBorder<let pixels: Int, let vectors: Int>(
    _ tile: inout Tile<pixels, vectors>, _ block: Int, _ tops: InlineArray<pixels, Int>,
    _ lefts: InlineArray<pixels, Int>
  ) {
    let blockStride = call.kernel.height * call.kernel.width * depth * blockLanes
    let zeros = zeros
    var tap = weights + block * blockStride
    for kernelRow in 0..<call.kernel.height {
      for kernelColumn in 0..<call.kernel.width {
        var first = 0
        while first < depth {
          let inputs = InlineArray<pixels, Floats> { pixel in
            let row = tops[pixel] + kernelRow * call.dilation.height
            let column = lefts[pixel] + kernelColumn * call.dilation.width
            let isInside =
              UInt(bitPattern: row) < UInt(bitPattern: call.inputShape.height)
              && UInt(bitPattern: column) < UInt(bitPattern: call.inputShape.width)
            return isInside ? input + (row * call.inputShape.width + column) * inStride + first : zeros
          }
          let count = min(depth - first, zeroCount)
          tile.accumulate(inputs, offset: 0, depth: count, weights: tap, blockStride: blockStride)
          tap += count * blockLanes
          first += count
        }
      }
    }
  }
}
