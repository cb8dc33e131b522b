import CVector
import KernelInterface
import Tensors

func convolution(_ call: SpatialCall) {
  let map = call.map
  map.epilogue.clearSums(rows: map.rowCount)
  map.forEachDenseStrip { first, count in
    #if AVX512
      switch count {
      case 1 where map.outWidth >= 14: DenseStrip<14, 1>.run(map, first)
      case 1: DenseStrip<7, 1>.run(map, first)
      case 2: DenseStrip<7, 2>.run(map, first)
      default: DenseStrip<7, 3>.run(map, first)
      }
    #elseif AVX2
      DenseStrip<6, 2>.run(map, first)
    #else
      DenseStrip<2, 4>.run(map, first)
    #endif
  }
}

/// Outputs of a dense convolution in tiles of one row each; the last tile of a row may overlap its neighbour.
private struct DenseStrip<let pixels: Int, let vectors: Int> {
  let map: SpatialMap
  /// The map's first position, from the first channel that the strip reads.
  let input: Floats
  let weights: Floats
  let bias: Floats
  /// Floats from one block's weights to the next block's.
  let blockStride: Int

  /// All rows of the output blocks from `block` on.
  @inline(never)
  static func run(_ map: SpatialMap, _ block: Int) {
    let blockStride = map.kernelHeight * map.kernelWidth * map.depth * blockLanes
    let strip = DenseStrip(
      map: map, input: map.input + map.windows.start(block: block), weights: map.weights + block * blockStride,
      bias: map.bias + block * blockLanes,
      blockStride: blockStride)
    for row in map.rows {
      for start in Swift.stride(from: 0, to: map.outWidth, by: pixels) {
        let column = max(0, min(start, map.outWidth - pixels))
        let outRow = row - map.rows.lowerBound
        let place = TilePlace(
          position: outRow * map.outWidth + column, channel: block * blockLanes, first: start - column,
          last: map.outWidth - 1 - column, row: outRow, column: column)
        strip.tile(row, column, place)
      }
    }
  }

  @inline(__always)
  private func tile(_ row: Int, _ column: Int, _ place: TilePlace) {
    let top = row * map.rowStep - map.top
    let left = column * map.columnStep - map.left
    let reach = left + (pixels - 1) * map.columnStep + (map.kernelWidth - 1) * map.columnDilation
    let rows = inside(top, kernel: map.kernelHeight, dilation: map.rowDilation, extent: map.inHeight)
    var tile = Tile<pixels, vectors>(bias: bias)
    if place.last >= pixels - 1 && left >= 0 && reach < map.inWidth {
      accumulateInside(&tile, rows, top, left)
    } else if map.isRun && pixels * map.runDepth <= patchCount {
      accumulateRuns(&tile, rows, top, left, last: place.last)
    } else {
      accumulateAtBorder(&tile, rows, top, left, last: place.last)
    }
    map.epilogue.finish(tile, at: place)
    let size = pixels * vectors * lanes
    map.epilogue.fetchUpcoming(
      from: place.channel * map.rowCount * map.outWidth + place.position * vectors * lanes, count: size)
  }

  /// Every tap of every pixel lies in the map: the pixels' addresses are steps apart.
  @inline(__always)
  private func accumulateInside(_ tile: inout Tile<pixels, vectors>, _ rows: Range<Int>, _ top: Int, _ left: Int) {
    let (runs, depth) = map.isRun ? (1, map.runDepth) : (map.kernelWidth, map.depth)
    for row in rows {
      let source = input + ((top + row * map.rowDilation) * map.inWidth + left) * map.inStride
      for run in 0..<runs {
        tile.accumulate(
          source + run * map.columnDilation * map.inStride, step: map.columnStep * map.inStride, depth: depth,
          weights: weights + (row * map.kernelWidth + run) * map.depth * blockLanes, blockStride: blockStride)
      }
    }
  }

  /// Rows of taps are runs; those of pixels at the border are copied, with zeros for taps outside the map.
  @inline(__always)
  private func accumulateRuns(
    _ tile: inout Tile<pixels, vectors>, _ rows: Range<Int>, _ top: Int, _ left: Int, last: Int
  ) {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: patchCount) { buffer in
      let patches = buffer.baseAddress.unsafelyUnwrapped
      for row in rows {
        let source = input + (top + row * map.rowDilation) * map.inWidth * map.inStride
        let inputs = InlineArray<pixels, Floats> { pixel in
          let column = left + min(pixel, last) * map.columnStep
          if column >= 0 && column + map.kernelWidth <= map.inWidth { return source + column * map.inStride }
          let patch = patches + pixel * map.runDepth
          map.copyRun(source, column, to: patch)
          return Floats(patch)
        }
        tile.accumulate(
          inputs, depth: map.runDepth, weights: weights + row * map.runDepth * blockLanes, blockStride: blockStride)
      }
    }
  }

  /// Taps outside the map read zeros instead.
  @inline(__always)
  private func accumulateAtBorder(
    _ tile: inout Tile<pixels, vectors>, _ rows: Range<Int>, _ top: Int, _ left: Int, last: Int
  ) {
    let zeros = vector_zeros().unsafelyUnwrapped
    for row in rows {
      let source = input + (top + row * map.rowDilation) * map.inWidth * map.inStride
      for kernelColumn in 0..<map.kernelWidth {
        let tap = weights + (row * map.kernelWidth + kernelColumn) * map.depth * blockLanes
        for first in Swift.stride(from: 0, to: map.depth, by: Int(VECTOR_ZERO_COUNT)) {
          let inputs = InlineArray<pixels, Floats> { pixel in
            let column = left + min(pixel, last) * map.columnStep + kernelColumn * map.columnDilation
            let isInside = UInt(bitPattern: column) < UInt(bitPattern: map.inWidth)
            return isInside ? source + column * map.inStride + first : zeros
          }
          tile.accumulate(
            inputs, depth: min(map.depth - first, Int(VECTOR_ZERO_COUNT)), weights: tap + first * blockLanes,
            blockStride: blockStride)
        }
      }
    }
  }
}

/// Floats of copied taps that one row of a tile may need: what Swift still puts on the stack.
private let patchCount = 256

extension SpatialMap {
  /// Whether the taps of a kernel's row are one run of floats: a map without gaps between positions, such as an image
  /// of three channels.
  @inline(__always)
  fileprivate var isRun: Bool { inStride == depth && columnDilation == 1 }
  @inline(__always)
  fileprivate var runDepth: Int { kernelWidth * depth }

  /// Runs `body` over blocks of output channels that read the same input channels, as many at a time as a tile holds.
  @inline(__always)
  fileprivate func forEachDenseStrip(_ body: (_ first: Int, _ count: Int) -> Void) {
    let blocks = outStride / blockLanes
    var first = 0
    while first < blocks {
      let end = windows.end(first, blocks: blocks)
      forEachStrip(blocks: end - first) { body(first + $0, $1) }
      first = end
    }
  }

  /// One row of taps from `column` on, of the map's row that starts at `source`.
  @inline(never)
  fileprivate func copyRun(_ source: Floats, _ column: Int, to patch: MutableFloats) {
    for tap in 0..<runDepth {
      let index = column * depth + tap
      patch[tap] = index >= 0 && index < inWidth * depth ? source[index] : 0
    }
  }
}

extension ChannelWindows {
  /// The first block behind `first` whose window is another one.
  func end(_ first: Int, blocks: Int) -> Int {
    var end = first + 1
    while end < blocks && start(block: end) == start(block: first) { end += 1 }
    return end
  }
}
