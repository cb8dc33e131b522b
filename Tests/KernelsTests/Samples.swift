import KernelInterface
import Kernels
import Tensors
import Testing

/// Reproducible random numbers (SplitMix64).
struct Samples {
  private var state: UInt64

  init(seed: Int) { state = UInt64(truncatingIfNeeded: seed) }

  mutating func bits() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// Uniform in [-scale, scale).
  mutating func value(_ scale: Float = 1) -> Float { (Float(bits() >> 40) / 8_388_608 - 1) * scale }

  mutating func values(_ count: Int, scale: Float = 1) -> TensorSlice {
    TensorSlice((0..<count).map { _ in value(scale) })
  }

  /// A map with zeros in its padding lanes.
  mutating func map(_ shape: FeatureShape, scale: Float = 1) -> TensorSlice {
    rows(shape.positions, columns: shape.channels, scale: scale)
  }

  /// Rows padded to 16 columns.
  mutating func rows(_ count: Int, columns: Int, scale: Float = 1) -> TensorSlice {
    PackedWeights.rows(values(count * columns, scale: scale), columns: columns)
  }
}

/// An output between two guards, filled with NaN, so that a missing or a stray write shows.
struct GuardedOutput {
  static let guardCount = 32
  let whole: TensorSlice
  let slice: TensorSlice

  init(count: Int) {
    whole = TensorSlice([Float](repeating: .nan, count: count + 2 * Self.guardCount))
    slice = whole[Self.guardCount..<Self.guardCount + count]
  }

  func expectUntouchedGuards(_ comment: Comment) {
    let values = whole.array
    #expect(values.prefix(Self.guardCount).allSatisfy { $0.isNaN }, comment)
    #expect(values.suffix(Self.guardCount).allSatisfy { $0.isNaN }, comment)
  }
}

extension TensorSlice {
  /// The magnitudes of the elements.
  var magnitudes: TensorSlice { TensorSlice(array.map(abs)) }
}

/// Expects each element within its own bound.
func expectClose(
  _ result: [Float], _ reference: [Float], within bounds: [Float], _ comment: Comment,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(result.count == reference.count, comment, sourceLocation: sourceLocation)
  let worst = result.indices.first { !(abs(result[$0] - reference[$0]) <= bounds[$0]) }
  if let worst {
    Issue.record(
      "\(comment): element \(worst) is \(result[worst]), expected \(reference[worst]) ± \(bounds[worst])",
      sourceLocation: sourceLocation)
  }
}

/// Expects zeros behind the channels of each row.
func expectZeroPadding(_ values: [Float], channels: Int, _ comment: Comment) {
  let stride = FeatureShape.padded(channels)
  #expect(values.indices.allSatisfy { $0 % stride < channels || values[$0] == 0 }, comment)
}

/// Half a unit in the last place of 1: what one rounding adds, relative to its result.
let roundoff: Float = 0x1p-24

/// The kernels under test: every instruction set of this machine.
func kernels(_ instructionSet: InstructionSet) throws -> KernelTable {
  try #require(KernelTable.table(for: instructionSet))
}

/// Channel counts around the widths of blocks and strips.
let channelCounts = [1, 3, 8, 15, 16, 17, 33, 48, 64, 96]
