import CVector
import KernelInterface
import Tensors

func convolution(_ call: SpatialCall) {
  let map = SpatialMap(call)
  map.epilogue.clearSums(rows: map.rows.count)
  forEachStrip(blocks: map.outStride / blockLanes) { first, count in
    #if AVX512
      switch count {
      case 1: map.strip(Tile<14, 1>.self, first)
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

extension SpatialMap {
  /// All positions of the output blocks from `block` on. Tiles run over the ends of rows, but where sums are kept by row.
  @inline(never)
  fileprivate func strip<let pixels: Int, let vectors: Int>(_ type: Tile<pixels, vectors>.Type, _ block: Int) {
    let (start, end) = (rows.lowerBound * outWidth, rows.upperBound * outWidth)
    let segment = epilogue.sums == nil ? end - start : outWidth
    var (segmentStart, row) = (start, 0)
    while segmentStart < end {
      var position = segmentStart
      while position < segmentStart + segment {
        let place = TilePlace(
          position: position - start, channel: block * blockLanes, last: segmentStart + segment - position - 1,
          row: row, column: position - segmentStart)
        tile(type, block, position, place)
        position += pixels
      }
      segmentStart += segment
      row += 1
    }
  }

  @inline(__always)
  private func tile<let pixels: Int, let vectors: Int>(
    _: Tile<pixels, vectors>.Type, _ block: Int, _ position: Int, _ place: TilePlace
  ) {
    var tops = InlineArray<pixels, Int>(repeating: 0)
    var lefts = InlineArray<pixels, Int>(repeating: 0)
    var isInside = true
    let reach = (
      row: inHeight - (kernelHeight - 1) * rowDilation,
      column: inWidth - (kernelWidth - 1) * columnDilation
    )
    for pixel in 0..<pixels {
      let (row, column) = (position + min(pixel, place.last)).quotientAndRemainder(dividingBy: outWidth)
      tops[pixel] = row * rowStep - top
      lefts[pixel] = column * columnStep - left
      isInside =
        isInside && tops[pixel] >= 0 && lefts[pixel] >= 0 && tops[pixel] < reach.row && lefts[pixel] < reach.column
    }
    var tile = Tile<pixels, vectors>(bias: bias + block * blockLanes)
    if isInside {
      accumulateInside(&tile, block, tops, lefts)
    } else {
      accumulateAtBorder(&tile, block, tops, lefts)
    }
    epilogue.finish(tile, at: place)
  }

  /// Every tap of every pixel lies in the map: the pixels' addresses move together from tap to tap.
  @inline(__always)
  private func accumulateInside<let pixels: Int, let vectors: Int>(
    _ tile: inout Tile<pixels, vectors>, _ block: Int, _ tops: InlineArray<pixels, Int>,
    _ lefts: InlineArray<pixels, Int>
  ) {
    let corners = InlineArray<pixels, Floats> { pixel in
      input + (tops[pixel] * inWidth + lefts[pixel]) * inStride
    }
    let blockStride = kernelHeight * kernelWidth * inChannels * blockLanes
    // Without gaps between positions, the taps of a kernel's row are one run of channels (an image's three, say).
    let isRun = inStride == inChannels && columnDilation == 1
    let (runs, depth) = isRun ? (1, kernelWidth * inChannels) : (kernelWidth, inChannels)
    var tap = weights + block * blockStride
    for row in 0..<kernelHeight {
      for run in 0..<runs {
        let step = row * rowDilation * inWidth + run * columnDilation
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
    let blockStride = kernelHeight * kernelWidth * inChannels * blockLanes
    let zeros = vector_zeros().unsafelyUnwrapped
    var tap = weights + block * blockStride
    for kernelRow in 0..<kernelHeight {
      for kernelColumn in 0..<kernelWidth {
        var first = 0
        while first < inChannels {
          let inputs = InlineArray<pixels, Floats> { pixel in
            let row = tops[pixel] + kernelRow * rowDilation
            let column = lefts[pixel] + kernelColumn * columnDilation
            let isInside =
              UInt(bitPattern: row) < UInt(bitPattern: inHeight)
              && UInt(bitPattern: column) < UInt(bitPattern: inWidth)
            return isInside ? input + (row * inWidth + column) * inStride + first : zeros
          }
          let count = min(inChannels - first, Int(VECTOR_ZERO_COUNT))
          tile.accumulate(inputs, offset: 0, depth: count, weights: tap, blockStride: blockStride)
          tap += count * blockLanes
          first += count
        }
      }
    }
  }
}
