import KernelInterface
import Kernels
import Tensors
import Testing

/// One convolution's geometry, symmetric in rows and columns unless said otherwise.
struct SpatialCase {
  var height: Int
  var width: Int
  var kernel = (height: 3, width: 3)
  var stride = (height: 1, width: 1)
  var origin = (top: 1, left: 1)
  /// Padding below and to the right.
  var end = (bottom: 1, right: 1)
  var dilation = (height: 1, width: 1)

  private func extent(_ input: Int, _ before: Int, _ after: Int, _ kernel: Int, _ dilation: Int, _ stride: Int) -> Int {
    (input + before + after - dilation * (kernel - 1) - 1) / stride + 1
  }

  func outputShape(channels: Int) -> FeatureShape {
    FeatureShape(
      height: extent(height, origin.top, end.bottom, kernel.height, dilation.height, stride.height),
      width: extent(width, origin.left, end.right, kernel.width, dilation.width, stride.width), channels: channels)
  }

  func geometry(inChannels: Int, outChannels: Int, gapless: Bool = false, groups: Int = 1) -> WindowGeometry {
    WindowGeometry(
      inputShape: FeatureShape(height: height, width: width, channels: inChannels),
      inputStride: gapless ? inChannels : nil, outputShape: outputShape(channels: outChannels), kernel: kernel,
      stride: stride, origin: origin, dilation: dilation, groups: groups)
  }

  /// Sizes down to one element, strides to 3, dilation, kernels without symmetry, padding on one side or far too wide.
  static let all: [SpatialCase] = {
    var cases: [SpatialCase] = []
    for width in [1, 2, 5, 7, 8, 9, 14, 17, 23] {
      for stride in 1...3 {
        cases.append(SpatialCase(height: max(1, width - 1), width: width, stride: (stride, stride)))
      }
    }
    cases += [
      SpatialCase(height: 6, width: 8, stride: (2, 2), origin: (0, 0)),
      SpatialCase(height: 9, width: 9, origin: (0, 0), end: (0, 0)),
      SpatialCase(height: 5, width: 11, stride: (1, 2), origin: (1, 0), end: (1, 2)),
      SpatialCase(height: 5, width: 11, stride: (2, 1)),
      SpatialCase(height: 12, width: 13, origin: (2, 2), end: (2, 2), dilation: (2, 2)),
      SpatialCase(height: 9, width: 16, stride: (2, 2), origin: (3, 1), end: (3, 1), dilation: (3, 1)),
      SpatialCase(height: 4, width: 4, origin: (4, 5), end: (6, 4)),
      SpatialCase(height: 10, width: 12, kernel: (5, 5), origin: (2, 2), end: (2, 2)),
      SpatialCase(height: 3, width: 14, kernel: (5, 5), stride: (2, 2), origin: (2, 1), end: (2, 2)),
      SpatialCase(height: 9, width: 7, kernel: (3, 5), origin: (2, 2), end: (2, 2), dilation: (2, 1)),
      SpatialCase(height: 6, width: 2, kernel: (5, 5), stride: (1, 2), origin: (4, 4), end: (0, 3)),
      SpatialCase(height: 6, width: 40, kernel: (5, 5), origin: (0, 0), end: (0, 0)),
      SpatialCase(height: 15, width: 15, kernel: (7, 7), stride: (2, 2), origin: (3, 3), end: (3, 3)),
      SpatialCase(height: 7, width: 9, kernel: (1, 3), origin: (0, 1), end: (0, 1)),
      SpatialCase(height: 7, width: 9, kernel: (2, 1), stride: (3, 2), origin: (0, 0), end: (1, 0)),
      SpatialCase(height: 6, width: 6, kernel: (1, 1), stride: (2, 2), origin: (0, 0), end: (0, 0)),
    ]
    return cases
  }()

  var comment: String {
    "\(height)x\(width), kernel \(kernel), stride \(stride), origin \(origin), dilation \(dilation)"
  }

  /// Holds `kernel` to `reference` on random numbers; `terms` is the length of the longest sum.
  func check(
    _ kernel: (SpatialCall) -> Void, _ reference: (SpatialCall) -> Void, inChannels: Int, outChannels: Int,
    terms: Int, weights: TensorSlice, gapless: Bool = false, groups: Int = 1, _ samples: inout Samples
  ) {
    let shape = FeatureShape(height: height, width: width, channels: inChannels)
    let output = outputShape(channels: outChannels)
    // Dense convolutions also read maps without gaps between positions.
    let input = gapless ? samples.values(shape.count) : samples.map(shape)
    let bias = samples.rows(1, columns: outChannels)
    func run(_ kernel: (SpatialCall) -> Void, _ signs: (TensorSlice) -> TensorSlice) -> GuardedOutput {
      let guarded = GuardedOutput(count: output.storedCount)
      kernel(
        SpatialCall(
          input: signs(input), output: guarded.slice,
          geometry: geometry(
            inChannels: inChannels, outChannels: outChannels, gapless: gapless, groups: groups),
          weights: signs(weights), bias: signs(bias)))
      return guarded
    }
    let comment: Comment = "\(self.comment), \(inChannels) to \(outChannels) channels, \(groups) groups"
    let result = run(kernel) { $0 }
    // A sum of n products in any order errs by at most n + 1 roundings of the sum of magnitudes.
    let bounds = run(reference, \.magnitudes).slice.array.map { Float(terms + 2) * roundoff * $0 }
    expectClose(result.slice.array, run(reference) { $0 }.slice.array, within: bounds, comment)
    expectZeroPadding(result.slice.array, channels: outChannels, comment)
    result.expectUntouchedGuards(comment)
  }
}
