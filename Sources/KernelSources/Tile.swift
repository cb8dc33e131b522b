/// Sums of `pixels` positions by `vectors` vectors of output channels, all in registers: the body of every dense product.
struct Tile<let pixels: Int, let vectors: Int> {
  var sums: InlineArray<vectors, InlineArray<pixels, Vector>>

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

  /// Adds `depth` channels, `offset` floats behind each of `inputs`.
  ///
  /// `weights` are `[block][...][depth][16]` with `blockStride` floats from one block to the next.
  @inline(__always)
  mutating func accumulate(
    _ inputs: InlineArray<pixels, Floats>, offset: Int, depth: Int, weights: Floats, blockStride: Int
  ) {
    for channel in 0..<depth {
      var row = InlineArray<vectors, Vector>(repeating: Vector())
      for vector in 0..<vectors {
        let block = vector / blockVectors * blockStride + vector % blockVectors * lanes
        row[vector] = load(weights + block + channel * blockLanes)
      }
      for pixel in 0..<pixels {
        let input = Vector(repeating: inputs[pixel][offset + channel])
        for vector in 0..<vectors { addProduct(&sums[vector][pixel], input, row[vector]) }
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
