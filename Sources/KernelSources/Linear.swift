import CVector
import KernelInterface
import Tensors

func linear(_ call: LinearCall) {
  let blocks = FeatureShape.padded(call.outFeatures) / blockLanes
  var first = 0
  while blocks - first >= 4 {
    LinearStrip<4>.run(call, block: first)
    first += 4
  }
  while first < blocks {
    LinearStrip<1>.run(call, block: first)
    first += 1
  }
}

/// `blocks` blocks of 16 outputs at once: the more of them, the more sums are under way.
private enum LinearStrip<let blocks: Int> {
  @inline(__always)
  static func run(_ call: LinearCall, block: Int) {
    var sums = InlineArray<blocks, InlineArray<4, Vector>>(repeating: InlineArray(repeating: Vector()))
    let bias = Floats(call.bias.pointer) + block * blockLanes
    for b in 0..<blocks {
      for v in 0..<blockVectors { sums[b][v] = load(bias + b * blockLanes + v * lanes) }
    }
    let input = Floats(call.input.pointer)
    let weights = Floats(call.weights.pointer) + block * call.inFeatures * blockLanes
    for feature in 0..<call.inFeatures {
      let value = Vector(repeating: input[feature])
      for b in 0..<blocks {
        let row = weights + (b * call.inFeatures + feature) * blockLanes
        for v in 0..<blockVectors { addProduct(&sums[b][v], value, load(row + v * lanes)) }
      }
    }
    let output = call.output.pointer + block * blockLanes
    for b in 0..<blocks {
      for v in 0..<blockVectors {
        let sum = call.rectified ? vector_larger(sums[b][v], Vector()) : sums[b][v]
        storeVector(sum, output + b * blockLanes + v * lanes)
      }
    }
  }
}
