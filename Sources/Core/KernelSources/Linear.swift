import CVector
import KernelInterface
import Tensors

func linear(_ call: LinearCall) {
  let map = LinearMap(call)
  // A strip's weights are read from memory for the first vectors and from the cache for the others. The fewer sums a
  // strip has, the more parts each is taken in, to hide the latency of additions.
  var block = 0
  while map.blocks - block >= 4 {
    map.strip(LinearBlocks<4, 1>.self, block)
    block += 4
  }
  while map.blocks - block >= 2 {
    map.strip(LinearBlocks<2, 2>.self, block)
    block += 2
  }
  if block < map.blocks { map.strip(LinearBlocks<1, 4>.self, block) }
}

/// A number of blocks, and of parts of each sum, that the compiler knows.
private enum LinearBlocks<let blocks: Int, let parts: Int> {}

/// A ``LinearCall`` as addresses.
private struct LinearMap {
  let input: Floats
  let inputStride: Int
  let output: MutableFloats
  let outputStride: Int
  let batch: Int
  let depth: Int
  let blocks: Int
  let weights: Floats
  let bias: Floats
  let rectified: Bool

  init(_ call: LinearCall) {
    input = Floats(call.input.pointer)
    inputStride = call.inputStride
    output = call.output.pointer
    outputStride = call.outputStride
    batch = call.batch
    depth = call.inFeatures
    blocks = FeatureShape.padded(call.outFeatures) / blockLanes
    weights = Floats(call.weights.pointer)
    bias = Floats(call.bias.pointer)
    rectified = call.rectified
  }

  /// Some blocks of all vectors.
  @inline(__always)
  func strip<let blocks: Int, let parts: Int>(_: LinearBlocks<blocks, parts>.Type, _ block: Int) {
    var image = 0
    while batch - image >= 4 {
      LinearStrip<blocks, 4, parts>.run(self, block, image)
      image += 4
    }
    while batch - image >= 2 {
      LinearStrip<blocks, 2, parts>.run(self, block, image)
      image += 2
    }
    if image < batch { LinearStrip<blocks, 1, parts>.run(self, block, image) }
  }
}

/// Floats between a weight and what is fetched meanwhile.
private let prefetchDistance = 512

/// `blocks` blocks of 16 outputs of `images` vectors, each sum in `parts` parts.
private enum LinearStrip<let blocks: Int, let images: Int, let parts: Int> {
  typealias Sums = InlineArray<images, InlineArray<blocks, InlineArray<4, Vector>>>

  @inline(never)
  static func run(_ map: LinearMap, _ block: Int, _ image: Int) {
    var sums = InlineArray<parts, Sums>(
      repeating: Sums(repeating: InlineArray(repeating: InlineArray(repeating: Vector()))))
    let weights = map.weights + block * map.depth * blockLanes
    let input = map.input + image * map.inputStride
    let whole = map.depth / parts * parts
    for feature in Swift.stride(from: 0, to: whole, by: parts) {
      for part in 0..<parts { add(&sums[part], map, weights, input, feature + part) }
    }
    for feature in whole..<map.depth { add(&sums[0], map, weights, input, feature) }
    let bias = map.bias + block * blockLanes
    for i in 0..<images {
      for b in 0..<blocks {
        for v in 0..<blockVectors {
          var sum = load(bias + b * blockLanes + v * lanes)
          for part in 0..<parts { sum = sum + sums[part][i][b][v] }
          sum = map.rectified ? vector_larger(sum, Vector()) : sum
          storeVector(sum, map.output + (image + i) * map.outputStride + (block + b) * blockLanes + v * lanes)
        }
      }
    }
  }

  @inline(__always)
  private static func add(
    _ sums: inout Sums, _ map: LinearMap, _ weights: Floats, _ input: Floats, _ feature: Int
  ) {
    let values = InlineArray<images, Vector> { Vector(repeating: input[$0 * map.inputStride + feature]) }
    for b in 0..<blocks {
      let row = weights + (b * map.depth + feature) * blockLanes
      // The processor's own prefetching stops at the ends of pages.
      vector_prefetch(row + prefetchDistance)
      for v in 0..<blockVectors {
        let weight = load(row + v * lanes)
        for i in 0..<images { addProduct(&sums[i][b][v], values[i], weight) }
      }
    }
  }
}
