import KernelInterface
import Kernels
import Tensors
import Testing

struct PeakTests {
  @Test("every lane does all its rounds, and the count is that of all lanes", arguments: InstructionSet.available)
  func rounds(_ instructionSet: InstructionSet) throws {
    let peak = try kernels(instructionSet).peak
    let output = TensorSlice(zeros: 1)
    let lanes = peak(1, output)
    // x = x / 2 + 1 comes to 2 from any start.
    #expect(lanes >= 4 && output[0].isFinite)
    #expect(peak(100, output) == 100 * lanes)
    #expect(output[0] == 2 * Float(lanes))
  }

  @Test("the reference does one lane")
  func scalar() {
    let output = TensorSlice(zeros: 1)
    #expect(KernelTable.scalar.peak(3, output) == 3)
    #expect(output[0] == 1.75)
  }
}
