import Export
import Figures
import Foundation

/// Exported folders, as `dyviz diff` reads them.
struct ExportFuzz: FuzzKind {
  static let name = "exports"
  private static let names = ["summary.json", "sites.csv", "scatter.csv"]
  private let folder: String
  private let original: FuzzInput
  private let side: RunSide

  init(folder: String) throws {
    let run = try TinyRun(folder: folder).run
    self.folder = folder + "/export"
    try FileManager.default.createDirectory(atPath: self.folder, withIntermediateDirectories: true)
    let files = VariantExport.files(run).filter { Self.names.contains($0.name) }
    original = FuzzInput(try files.map { FuzzInput.File(name: $0.name, bytes: try $0.bytes()) })
    side = RunSide(run)
  }

  func input(_ random: inout FuzzRandom) -> FuzzInput {
    var input = original
    for _ in 0..<(random.isOne(in: 4) ? 2 : 1) {
      let index = random.below(input.files.count)
      let bytes = input.files[index].bytes
      let isTable = input.files[index].name.hasSuffix("csv")
      input.files[index].bytes =
        isTable ? TableMutation.mutate(bytes, &random) : JSONMutation.mutate(bytes, &random)
    }
    return input
  }

  func verdict(_ input: FuzzInput) -> FuzzVerdict {
    input.write(to: folder)
    let read: RunSide
    do throws(ExportedRunError) {
      read = try ExportedRun.read(folder)
    } catch { return .refused(error, naming: folder) }
    for differences in [RunDifferences(side, read), RunDifferences(read, read), RunDifferences(read, side)] {
      let text = DifferencesText.text(differences, tolerance: 0.25)
      guard !CSV(differences.table).bytes.isEmpty, !text.isEmpty else { return .violated("empty differences") }
    }
    return .accepted([(RunDifferences(read, read).isWithin(0), "a run that was read differs from itself")])
  }
}
