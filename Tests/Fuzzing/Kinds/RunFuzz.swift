import Export
import Figures
import Files
import Networks
import PlainText
import RunFiles
import Statistics
import Streaming

/// Saved runs, parts of runs and runs that ended early: read, written again, merged with others, gone on with, and
/// shown.
struct RunFuzz: FuzzKind {
  static let name = "runs"
  private let folder: String
  private let source: TinyRun
  private let origin: SavedRun.Origin
  private let victims: [[UInt8]]
  /// The file of the part that goes together with the last but one of the victims.
  private let otherPart: String
  /// The metadata that are JSON.
  private let keys: [String]

  init(folder: String) throws {
    self.folder = folder
    let source = try TinyRun(folder: folder)
    self.source = source
    let origin = Self.origin(source)
    self.origin = origin
    victims = try [source.run, source.other, source.parts[0], source.begun.run].map {
      try Self.bytes(SavedRun(origin: origin, runs: [$0]))
    }
    let part = SavedRun(origin: origin, runs: [source.parts[1]])
    otherPart = FuzzInput("other.part", try Self.bytes(part)).write(to: folder)
    // The description as often as all answers.
    let answers = source.run.questions.indices.map { "0/\($0)" }
    keys = answers + Array(repeating: "dyviz-run", count: answers.count)
  }

  /// What a run over all of the source's images is of.
  private static func origin(_ source: TinyRun) -> SavedRun.Origin {
    var digest = SHA256()
    digest.add(ImagePaths.bytes(source.parts.flatMap { $0.figure.names?.images ?? [] }))
    return SavedRun.Origin(
      program: "dyviz", model: [SavedRun.Origin.File(name: "model.bin", sha256: "0")], images: digest.text)
  }

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
      if let violation = shown(run, read) ?? goneOn(run) { return violation }
    }
    return merged(path)
  }

  /// What becomes of a file beside another part: one run that can be read, or an error with its name.
  private func merged(_ path: String) -> FuzzVerdict {
    do throws(RunFileError) {
      let merged = try RunFile.merged([otherPart, path])
      guard let bytes = try? Self.bytes(merged) else { return .violated("what was merged cannot be written") }
      _ = try RunFile.read(path: FuzzInput("merged.run", bytes).write(to: folder))
    } catch {
      let verdict = FuzzVerdict.refused(error, naming: path)
      return verdict == .refused || "\(error)".hasPrefix("the parts name ") ? .accepted : verdict
    }
    return .accepted
  }

  /// What becomes of a run that others go on with: its images and the rest are one run, or do not go together.
  private func goneOn(_ run: SettledRun) -> FuzzVerdict? {
    var rest = source.begun.rest
    do throws(FindingMismatch) {
      try rest.merge(run.standingOfSeen)
    } catch {
      return "\(error)".steersTerminals ? .violated("the mismatch steers terminals: \("\(error)".escaped)") : nil
    }
    do {
      _ = try Self.bytes(SavedRun(origin: origin, runs: [rest]))
    } catch is RunFileError {
      return nil
    } catch { return .violated("a run that goes on cannot be written: \(error)") }
    return nil
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
