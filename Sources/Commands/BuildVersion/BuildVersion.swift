import KernelInterface
import Kernels

/// Which program this is. Number and commit are written by `Scripts/write-version` when it is built.
package enum BuildVersion {
  /// The version and the commit: `0.2.0 (5a0c2f1e9b3d)`, with `+changes` where the checkout had some; the version alone
  /// where the sources knew of no commit.
  package static var number: String { text(version: generatedVersion, commit: generatedCommit) }

  /// What `dyviz --version` prints.
  package static var description: String {
    """
    dyviz \(number)
    instruction sets of this program: \(names(InstructionSet.built))
    of this processor: \(names(InstructionSet.available))
    """
  }

  static func text(version: String, commit: String) -> String { version + (commit.isEmpty ? "" : " (\(commit))") }

  private static func names(_ sets: [InstructionSet]) -> String { sets.map(\.rawValue).joined(separator: ", ") }
}
