import Export
import Figures
import Networks
import PlainText
import RunFiles
import Statistics
import Streaming

/// Saved runs: read, written again, merged with others, and shown.
struct RunFuzz: FuzzKind {
  static let name = "runs"
  private let folder: String
  private let source: TinyRun
  private let victims: [[UInt8]]
  /// The metadata that are JSON.
  private let keys: [String]

  init(folder: String) throws {
    self.folder = folder
    let source = try TinyRun(folder: folder)
    self.source = source
    victims = try [source.run, source.other].map { try Self.bytes(SavedRun(origin: Self.origin, runs: [$0])) }
    // The description as often as all answers.
    let answers = source.run.questions.indices.map { "0/\($0)" }
    keys = answers + Array(repeating: "dyviz-run", count: answers.count)
  }

  private static let origin = SavedRun.Origin(
    program: "dyviz", model: [SavedRun.Origin.File(name: "model.bin", sha256: "0")], images: "0")

  private static func bytes(_ run: SavedRun) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try RunFile.archive(run).write { bytes += $0 }
    return bytes
  }

  func input(_ random: inout FuzzRandom) -> FuzzInput {
    let other = random.element(victims)
    let key = random.element(keys)
    return FuzzInput("a.run", ArchiveMutation.mutate(random.element(victims), other: other, key: key, &random))
  }

  func verdict(_ input: FuzzInput) -> FuzzVerdict {
    let path = input.write(to: folder)
    let read: SavedRun
    do throws(RunFileError) {
      read = try RunFile.read(path: path)
    } catch { return .refused(error, naming: path) }
    do {
      let written = try Self.bytes(read)
      let again = FuzzInput("again.run", written).write(to: folder)
      guard try Self.bytes(RunFile.read(path: again)) == written else {
        return .violated("what is written is not what was read")
      }
    } catch { return .violated("what was read cannot be written and read again: \(error)") }
    for run in read.runs {
      if let violation = shown(run, read) { return violation }
    }
    return .accepted
  }

  /// What becomes of a run that was accepted: shown, exported, merged with itself and with another.
  private func shown(_ run: SettledRun, _ saved: SavedRun) -> FuzzVerdict? {
    var count = 0
    for file in VariantExport.files(run) {
      do { try file.write { count += $0.count } } catch { return .violated("\(file.name): \(error)") }
    }
    if SummaryText.text(run.figure).isEmpty { return .violated("an empty summary") }
    _ = (saved.places, RunSide(run))
    for question in run.questions {
      guard let own = run.finding(question) else { return .violated("\(question) is not there") }
      for other in [own, source.other.finding(question)].compactMap({ $0 }) {
        do throws(FindingMismatch) {
          _ = try own.merged(with: other)
        } catch {
          if "\(error)".steersTerminals { return .violated("the mismatch steers terminals: \("\(error)".escaped)") }
        }
      }
    }
    return nil
  }
}
