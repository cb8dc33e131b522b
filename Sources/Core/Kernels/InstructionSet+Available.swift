import CProcessor
public import KernelInterface

extension InstructionSet {
  /// The instruction sets that this build has kernels for, slowest first.
  public static var built: [InstructionSet] {
    #if arch(x86_64)
      allCases
    #else
      [.portable]
    #endif
  }

  /// The instruction sets that this build has kernels for and that processor and operating system support, slowest
  /// first.
  public static let available: [InstructionSet] = {
    let level = processor_x86_64_level()
    return built.filter { instructionSet in
      switch instructionSet {
      case .portable: true
      case .avx2: level >= 3
      case .avx512: level >= 4
      }
    }
  }()
}
