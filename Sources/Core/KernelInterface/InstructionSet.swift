/// The instruction sets that kernels are compiled for, slowest first.
public enum InstructionSet: String, Sendable, CaseIterable, Comparable {
  /// What every processor of the target has (SSE2 on x86-64).
  case portable
  /// x86-64-v3: AVX2 and FMA.
  case avx2
  /// x86-64-v4: AVX-512 F, BW, CD, DQ, VL.
  case avx512

  /// Whether `left` is the narrower of the two.
  public static func < (left: InstructionSet, right: InstructionSet) -> Bool {
    Self.allCases.firstIndex(of: left) ?? 0 < Self.allCases.firstIndex(of: right) ?? 0
  }
}
