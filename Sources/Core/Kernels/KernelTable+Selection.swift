public import KernelInterface
import KernelsPortable

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

#if arch(x86_64)
  import KernelsAVX2
  import KernelsAVX512
#endif

extension KernelTable {
  /// The environment variable that restricts ``best`` to one instruction set: `portable`, `avx2` or `avx512`.
  public static let instructionSetVariable = "DYVIZ_INSTRUCTION_SET"

  /// The kernels for the widest instruction set of this machine, or for the one that the environment variable
  /// ``instructionSetVariable`` names.
  ///
  /// Throws ``InstructionSetError`` when the variable names none, or one that this machine lacks.
  public static var best: KernelTable {
    get throws(InstructionSetError) {
      // The string is copied before anything can change the environment.
      let request = unsafe getenv(instructionSetVariable).map { unsafe String(cString: $0) }
      return try selected(by: request)
    }
  }

  /// The kernels that a value of ``instructionSetVariable`` asks for; nil or empty asks for the widest.
  package static func selected(by request: String?) throws(InstructionSetError) -> KernelTable {
    guard let request, !request.isEmpty else {
      let widest = InstructionSet.available.max() ?? .portable
      return table(for: widest) ?? .scalar
    }
    guard let instructionSet = InstructionSet(rawValue: request) else {
      throw InstructionSetError(request: request, isKnown: false)
    }
    guard let table = table(for: instructionSet) else {
      throw InstructionSetError(request: request, isKnown: true)
    }
    return table
  }

  /// The kernels compiled for `instructionSet`; nil when this machine cannot run them.
  public static func table(for instructionSet: InstructionSet) -> KernelTable? {
    guard InstructionSet.available.contains(instructionSet) else { return nil }
    switch instructionSet {
    case .portable: return KernelsPortable.kernelTable(instructionSet)
    #if arch(x86_64)
      case .avx2: return KernelsAVX2.kernelTable(instructionSet)
      case .avx512: return KernelsAVX512.kernelTable(instructionSet)
    #else
      case .avx2, .avx512: return nil
    #endif
    }
  }
}

/// The environment asked for an instruction set that does not exist or that this machine lacks.
public struct InstructionSetError: Error, Equatable, CustomStringConvertible {
  /// The variable's value.
  public let request: String
  /// Whether the value names an instruction set at all.
  public let isKnown: Bool

  package init(request: String, isKnown: Bool) {
    self.request = request
    self.isKnown = isKnown
  }

  /// The variable, what it holds, and what it may hold here.
  public var description: String {
    let choices = InstructionSet.available.map(\.rawValue).joined(separator: ", ")
    let problem = isKnown ? "which this machine does not have" : "which is no instruction set"
    return "\(KernelTable.instructionSetVariable) is '\(request)', \(problem); this machine has: \(choices)"
  }
}
