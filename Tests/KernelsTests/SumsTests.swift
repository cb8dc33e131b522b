import KernelInterface
import Kernels
import Tensors
import Testing

struct SumsTests {
  @Test("row sums equal the reference, with and without padding lanes", arguments: InstructionSet.available)
  func rowSums(_ instructionSet: InstructionSet) throws {
    let rowSums = try kernels(instructionSet).rowSums
    for (index, channels) in [1, 3, 3, 16, 40].enumerated() {
      for width in [1, 2, 5, 33, 224] {
        for period in 1...3 {
          let shape = FeatureShape(height: 2, width: width, channels: channels)
          let stride = index < 2 ? channels : shape.channelStride
          var samples = Samples(seed: width + period)
          let input = index < 2 ? samples.values(shape.count) : samples.map(shape)
          let count = 2 * period * stride
          let (found, expected) = (GuardedOutput(count: count), GuardedOutput(count: count))
          for (kernel, output) in [(rowSums, found), (KernelTable.scalar.rowSums, expected)] {
            kernel(
              RowSumsCall(input: input, shape: shape, inputStride: stride, period: period, output: output.slice))
          }
          let bounds = [Float](repeating: Float(width) * Float(width) * roundoff, count: count)
          let comment: Comment = "\(shape), period \(period)"
          expectClose(found.slice.array, expected.slice.array, within: bounds, comment)
          found.expectUntouchedGuards(comment)
        }
      }
    }
  }

  @Test("sums under a window's taps equal the reference for every geometry", arguments: InstructionSet.available)
  func windowSums(_ instructionSet: InstructionSet) throws {
    let table = try kernels(instructionSet)
    for (index, spatial) in SpatialCase.all.enumerated() {
      for gapless in [false, true] {
        let geometry = spatial.geometry(inChannels: index % 2 == 0 ? 3 : 40, outChannels: 1, gapless: gapless)
        let (shape, stride) = (geometry.inputShape, geometry.inputStride)
        var samples = Samples(seed: index)
        let input = gapless ? samples.values(shape.count) : samples.map(shape)
        let sums = TensorSlice(zeros: shape.height * geometry.stride.width * stride)
        KernelTable.scalar.rowSums(
          RowSumsCall(input: input, shape: shape, inputStride: stride, period: geometry.stride.width, output: sums))
        let count = spatial.kernel.height * spatial.kernel.width * stride
        let (found, expected) = (GuardedOutput(count: count), GuardedOutput(count: count))
        for (kernel, output) in [(table.windowSums, found), (KernelTable.scalar.windowSums, expected)] {
          kernel(
            WindowSumsCall(input: input, geometry: geometry, rowSums: sums, scale: 0.25, output: output.slice))
        }
        let positions = Float(shape.positions)
        let bounds = [Float](repeating: positions * Float(shape.width + shape.height) * roundoff, count: count)
        expectClose(found.slice.array, expected.slice.array, within: bounds, "\(spatial.comment), \(gapless)")
        found.expectUntouchedGuards("\(spatial.comment)")
      }
    }
  }
}
