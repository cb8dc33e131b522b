import CProcessor
public import KernelInterface

extension InstructionSet {
  /// The instruction sets that this build has kernels for and that processor and operating system support, slowest
  /// first.
  public static let available: [InstructionSet] = {
    let level = processor_x86_64_level()
    return allCases.filter { instructionSet in
      switch instructionSet {
      case .portable: true
      case .avx2: level >= 3
      case .avx512: level >= 4
      }
    }
  }()
}
