import Export
import Figures
import Networks
import PlainText
import Statistics
import Streaming

/// Files of findings: read, written again, merged with others, and shown.
struct FindingFuzz: FuzzKind {
  static let name = "findings"
  private let folder: String
  private let source: TinyRun
  private let victims: [[UInt8]]

  init(folder: String) throws {
    self.folder = folder
    let source = try TinyRun(folder: folder)
    self.source = source
    // Each question alone too, so that short files are changed at every place.
    let alone = source.findings.questions.sorted { "\($0)" < "\($1)" }.compactMap { source.findings[$0] }
    victims = try [source.findings, source.others].map(Self.bytes) + alone.map { try Self.bytes(Findings([$0])) }
  }

  private static func bytes(_ findings: Findings) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try FindingFile.write(findings) { bytes += $0 }
    return bytes
  }

  func input(_ random: inout FuzzRandom) -> FuzzInput {
    let other = random.element(victims)
    return FuzzInput(
      "findings.bin", ArchiveMutation.mutate(random.element(victims), other: other, key: "dyviz-findings", &random))
  }

  func verdict(_ input: FuzzInput) -> FuzzVerdict {
    let path = input.write(to: folder)
    let sites = source.variant.shapes.sites
    let read: Findings
    do throws(FindingFileError) {
      read = try FindingFile.read(path: path, sites: sites)
    } catch { return .refused(error, naming: path) }
    do {
      let written = try Self.bytes(read)
      let again = FuzzInput("again.bin", written).write(to: folder)
      guard try FindingFile.read(path: again, sites: sites) == read else {
        return .violated("what is written is not what was read")
      }
    } catch { return .violated("what was read cannot be written and read again: \(error)") }
    return merged(read)
  }

  /// What becomes of findings that were accepted: merged with themselves and with others, shown and exported.
  private func merged(_ read: Findings) -> FuzzVerdict {
    var sum = read
    for question in read.questions.sorted(by: { "\($0)" < "\($1)" }) {
      guard let own = read[question] else { continue }
      for other in [own, source.others[question]].compactMap({ $0 }) {
        let before = sum[question]
        do throws(FindingMismatch) {
          guard let merged = try before?.merged(with: other) else { continue }
          sum.set(merged)
        } catch {
          if "\(error)".steersTerminals { return .violated("the mismatch steers terminals: \("\(error)".escaped)") }
        }
      }
    }
    for findings in [read, sum] {
      let run = source.run.showing(findings)
      var count = 0
      for file in VariantExport.files(run) {
        do { try file.write { count += $0.count } } catch { return .violated("\(file.name): \(error)") }
      }
      if SummaryText.text(run.figure).isEmpty { return .violated("an empty summary") }
    }
    return .accepted
  }
}

extension SettledRun {
  /// The same run with other findings in its figure.
  fileprivate func showing(_ findings: Findings) -> SettledRun {
    let shown = RunFigure(
      model: figure.model, variants: figure.variants, subject: figure.subject, progress: figure.progress,
      findings: findings)
    return SettledRun(shown, isExact: isExact) { findings[$0] }
  }
}
