import CVector

/// Sums of `pixels` positions by `vectors` vectors of output channels, all in registers: the body of every dense
/// product.
struct Tile<let pixels: Int, let vectors: Int> {
  var sums: InlineArray<vectors, InlineArray<pixels, Vector>>

  @inline(__always)
  init(sums: InlineArray<vectors, InlineArray<pixels, Vector>>) { self.sums = sums }

  /// Starts with the bias of the channels that `bias` points to.
  @inline(__always)
  init(bias: Floats) {
    sums = InlineArray { vector in InlineArray(repeating: load(bias + vector * lanes)) }
  }

  /// Loads pixels `0...last` of a map.
  @inline(__always)
  init(_ map: Floats, stride: Int, last: Int) {
    sums = InlineArray { vector in
      InlineArray { pixel in load(map + min(pixel, last) * stride + vector * lanes) }
    }
  }

  /// Adds `depth` channels of pixels that lie `step` floats apart.
  ///
  /// `weights` are `[block][...][depth][16]` with `blockStride` floats from one block to the next.
  @inline(__always)
  mutating func accumulate(_ input: Floats, step: Int, depth: Int, weights: Floats, blockStride: Int) {
    for channel in 0..<depth {
      let row = weightRow(weights + channel * blockLanes, blockStride)
      for pixel in 0..<pixels {
        let value = Vector(repeating: input[pixel * step + channel])
        for vector in 0..<vectors { addProduct(&sums[vector][pixel], value, row[vector]) }
      }
    }
  }

  @inline(__always)
  private func weightRow(_ weights: Floats, _ blockStride: Int) -> InlineArray<vectors, Vector> {
    InlineArray { vector in
      load(weights + vector / blockVectors * blockStride + vector % blockVectors * lanes)
    }
  }

  /// Adds `depth` channels of pixels that lie anywhere.
  ///
  /// `weights` are `[block][...][depth][16]` with `blockStride` floats from one block to the next.
  @inline(__always)
  mutating func accumulate(
    _ inputs: InlineArray<pixels, Floats>, depth: Int, weights: Floats, blockStride: Int
  ) {
    for channel in 0..<depth {
      let row = weightRow(weights + channel * blockLanes, blockStride)
      for pixel in 0..<pixels {
        let value = Vector(repeating: inputs[pixel][channel])
        for vector in 0..<vectors { addProduct(&sums[vector][pixel], value, row[vector]) }
      }
    }
  }

  /// Writes pixel p to `output + min(p, last) * stride`; pixels behind the last one must equal it.
  @inline(__always)
  func store(to output: MutableFloats, stride: Int, last: Int) {
    for pixel in 0..<pixels {
      for vector in 0..<vectors {
        storeVector(sums[vector][pixel], output + min(pixel, last) * stride + vector * lanes)
      }
    }
  }
}

/// Sums of `pixels` positions by half a vector of output channels: a processor that takes two halves for one whole
/// computes nothing in vain.
struct HalfTile<let pixels: Int> {
  typealias Half = vector_half_floats
  var sums: InlineArray<pixels, Half>

  /// Starts with the bias of the channels that `bias` points to.
  @inline(__always)
  init(bias: Floats) { sums = InlineArray(repeating: Self.loadHalf(bias)) }

  /// Adds `depth` channels of pixels that lie `step` floats apart; `weights` are `[depth][16]`.
  @inline(__always)
  mutating func accumulate(_ input: Floats, step: Int, depth: Int, weights: Floats) {
    for channel in 0..<depth {
      let row = Self.loadHalf(weights + channel * blockLanes)
      for pixel in 0..<pixels {
        let value = Half(repeating: input[pixel * step + channel])
        sums[pixel] = vector_half_add_product(sums[pixel], value, row)
      }
    }
  }

  /// With zeros in the other half.
  @inline(__always)
  var widened: Tile<pixels, 1> { Tile(sums: InlineArray(repeating: InlineArray { vector_widened(sums[$0]) })) }

  @inline(__always)
  private static func loadHalf(_ pointer: Floats) -> Half {
    UnsafeRawPointer(pointer).loadUnaligned(as: Half.self)
  }
}

/// Runs `body` over blocks of output channels, as many at a time as a tile holds.
@inline(__always)
func forEachStrip(blocks: Int, _ body: (_ first: Int, _ count: Int) -> Void) {
  var first = 0
  while first < blocks {
    let left = blocks - first
    // Four are better halved than taken as three and one.
    let count = left == stripBlocks + 1 && left > 2 ? left / 2 : min(left, stripBlocks)
    body(first, count)
    first += count
  }
}

#if AVX512
  /// Blocks of output channels in the widest tile.
  let stripBlocks = 3
#else
  let stripBlocks = 1
#endif
