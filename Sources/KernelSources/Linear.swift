import CVector
import KernelInterface
import Tensors

func linear(_ call: LinearCall) {
  let map = LinearMap(call)
  var first = 0
  while call.batch - first >= 4 {
    map.run(LinearImages<4>.self, first)
    first += 4
  }
  while call.batch - first >= 2 {
    map.run(LinearImages<2>.self, first)
    first += 2
  }
  if first < call.batch { map.run(LinearImages<1>.self, first) }
}

/// A number of vectors that the compiler knows.
private enum LinearImages<let images: Int> {}

/// A ``LinearCall`` as addresses.
private struct LinearMap {
  let input: Floats
  let inputStride: Int
  let output: MutableFloats
  let outputStride: Int
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
    depth = call.inFeatures
    blocks = FeatureShape.padded(call.outFeatures) / blockLanes
    weights = Floats(call.weights.pointer)
    bias = Floats(call.bias.pointer)
    rectified = call.rectified
  }

  /// All outputs of the vectors from `image` on. The fewer sums a strip has, the more parts each is taken in, to hide the latency of additions.
  @inline(__always)
  func run<let images: Int>(_: LinearImages<images>.Type, _ image: Int) {
    var block = 0
    while blocks - block >= 4 {
      LinearStrip<4, images, 1>.run(self, block, image)
      block += 4
    }
    while blocks - block >= 2 {
      LinearStrip<2, images, 2>.run(self, block, image)
      block += 2
    }
    if block < blocks { LinearStrip<1, images, 4>.run(self, block, image) }
  }
}

/// `blocks` blocks of 16 outputs of `images` vectors, each sum in `parts` parts.
private enum LinearStrip<let blocks: Int, let images: Int, let parts: Int> {
  typealias Sums = InlineArray<images, InlineArray<blocks, InlineArray<4, Vector>>>

  @inline(__always)
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
      for v in 0..<blockVectors {
        let weight = load(row + v * lanes)
        for i in 0..<images { addProduct(&sums[i][b][v], values[i], weight) }
      }
    }
  }
}
