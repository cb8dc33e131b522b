import ArgumentParser
import KernelInterface
import Kernels

/// `--instruction-set`, for commands that run networks.
struct KernelOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      The kernels to compute with: \(InstructionSet.allCases.map(\.rawValue).joined(separator: ", ")); by default the widest of the \
      machine. Results of two differ in the last bits.
      """, valueName: "name"))
  var instructionSet: InstructionSet?

  /// The kernels.
  ///
  /// - Throws: where this machine does not have them.
  func table() throws -> KernelTable {
    guard let instructionSet else { return try .best }
    guard let table = KernelTable.table(for: instructionSet) else {
      let choices = InstructionSet.available.map(\.rawValue).joined(separator: ", ")
      throw Failure("--instruction-set \(instructionSet.rawValue): this machine does not have it; it has \(choices)")
    }
    return table
  }
}

extension InstructionSet: ExpressibleByArgument {}
