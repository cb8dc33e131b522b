import KernelInterface
import Kernels
import Tensors
import Testing

struct BinningTests {
  @Test("every bin has a place of its own: a page for 32 x 32 bins, a cache line for 4 x 4")
  func places() {
    var isTaken = [Bool](repeating: false, count: 512 * 512)
    for row in 0..<512 {
      for column in 0..<512 {
        let place = BinningCall.place(column: column, row: row)
        #expect(!isTaken[place])
        isTaken[place] = true
        #expect(BinningCall.bin(at: place) == (column, row))
        #expect(place / 1024 == row / 32 * 16 + column / 32)
        #expect(place / 16 == BinningCall.place(column: column / 4 * 4, row: row / 4 * 4) / 16)
      }
    }
  }

  @Test("counts equal the reference for any run length and stride", arguments: InstructionSet.available)
  func runs(_ instructionSet: InstructionSet) throws {
    let binPairs = try kernels(instructionSet).binPairs
    for (runs, length, stride) in [
      (1, 1, 1), (1, 15, 15), (3, 16, 16), (5, 17, 32), (40, 24, 32), (7, 3, 16), (2, 700, 700), (2, 700, 704),
      (30, 96, 96), (0, 16, 16), (4, 0, 16),
    ] {
      var samples = Samples(seed: length)
      let count = max(0, (runs - 1) * stride + length)
      let (x, y) = (samples.values(count, scale: 1), samples.values(count, scale: 2))
      expectEqual(binPairs, x, y, runs: (runs, length, stride), exponents: (0, 1))
    }
  }

  @Test("values on and next to every bin edge fall into the bin above", arguments: InstructionSet.available)
  func edges(_ instructionSet: InstructionSet) throws {
    let binPairs = try kernels(instructionSet).binPairs
    for exponent in [-140, -101, -100, -30, -3, 0, 1, 7, 20, 100, 101, 120] {
      let bin = Float(sign: .plus, exponent: exponent - 8, significand: 1)
      var values = (-256..<256).flatMap { (index: Int) -> [Float] in
        let edge = Float(index) * bin
        return [edge, edge.nextUp, index > -256 ? edge.nextDown : edge]
      }
      values += [-0.0, 0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, (256 * bin).nextDown]
      let slice = TensorSlice(values)
      let reversed = TensorSlice(values.reversed())
      expectEqual(binPairs, slice, reversed, runs: (1, slice.count, slice.count), exponents: (exponent, exponent))
    }
  }

  @Test("negative zero is no negative input and no positive output", arguments: InstructionSet.available)
  func negativeZero(_ instructionSet: InstructionSet) throws {
    let x: [Float] = [-0.0, -1, -1, -1, 1, 0]
    let y: [Float] = [1, -0.0, 0.5, -0.5, 1, 1]
    let counts = AlignedStorage<UInt32>(count: 512 * 512)
    let result = try kernels(instructionSet).binPairs(
      BinningCall(
        x: TensorSlice(x), y: TensorSlice(y), runs: 1, runLength: 6, runStride: 6, xExponent: 1, yExponent: 1,
        counts: counts))
    #expect(
      result
        == BinningResult(
          counted: true, largestX: 1, largestY: 1, notFinite: 0, negativeInputs: 3, positiveFromNegative: 1))
    #expect(counts[BinningCall.place(column: 256, row: 256 + 128)] == 2, "-0 and 0 share a bin")
  }

  @Test(
    "one finite value outside leaves the counts as they were, wherever it lies", arguments: InstructionSet.available)
  func outside(_ instructionSet: InstructionSet) throws {
    let binPairs = try kernels(instructionSet).binPairs
    for position in [0, 5, 239, 240, 500, 999] {
      for value in [1, -1.0000001, 1e30, -Float.greatestFiniteMagnitude] {
        var samples = Samples(seed: position)
        let (x, y) = (samples.values(1000), samples.values(1000))
        (position % 2 == 0 ? x : y)[position] = value
        x[700] = .nan
        let result = expectEqual(binPairs, x, y, runs: (1, 1000, 1000), exponents: (0, 0))
        #expect(!result.counted)
      }
    }
  }

  @Test(
    "NaN and infinities are counted apart, and the rest of the pairs still counts", arguments: InstructionSet.available)
  func notFinite(_ instructionSet: InstructionSet) throws {
    let binPairs = try kernels(instructionSet).binPairs
    for value in [Float.nan, -.nan, .signalingNaN, .infinity, -.infinity] {
      for length in [1, 17, 300] {
        var samples = Samples(seed: length)
        let (x, y) = (samples.values(3 * length), samples.values(3 * length))
        x[0] = value
        y[length * 2] = value
        let result = expectEqual(binPairs, x, y, runs: (3, length, length), exponents: (0, 0))
        #expect(result.counted && result.notFinite == 2)
      }
    }
  }

  @Test("what lies between the runs does not matter", arguments: InstructionSet.available)
  func gaps(_ instructionSet: InstructionSet) throws {
    let binPairs = try kernels(instructionSet).binPairs
    var samples = Samples(seed: 3)
    let (x, y) = (samples.values(10 * 32), samples.values(10 * 32))
    for index in 0..<x.count where index % 32 >= 24 { (x[index], y[index]) = (.nan, 1e9) }
    let result = expectEqual(binPairs, x, y, runs: (10, 24, 32), exponents: (0, 0))
    #expect(result.counted && result.notFinite == 0)
  }

  /// Runs both on counts that are not empty and expects the same counts and result.
  @discardableResult
  private func expectEqual(
    _ binPairs: (BinningCall) -> BinningResult, _ x: TensorSlice, _ y: TensorSlice,
    runs: (Int, length: Int, stride: Int), exponents: (x: Int, y: Int)
  ) -> BinningResult {
    func run(_ kernel: (BinningCall) -> BinningResult) -> (BinningResult, [UInt32]) {
      let counts = AlignedStorage<UInt32>(count: 512 * 512)
      for index in stride(from: 0, to: counts.count, by: 97) { counts[index] = UInt32(index) }
      let result = kernel(
        BinningCall(
          x: x, y: y, runs: runs.0, runLength: runs.length, runStride: runs.stride, xExponent: exponents.x,
          yExponent: exponents.y, counts: counts))
      return (result, (0..<counts.count).map { counts[$0] })
    }
    let (result, counts) = run(binPairs)
    let (reference, referenceCounts) = run(KernelTable.scalar.binPairs)
    #expect(result == reference, "\(runs), \(exponents)")
    #expect(counts == referenceCounts, "\(runs), \(exponents)")
    return result
  }
}
