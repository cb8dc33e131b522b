import Figures
import FoundationEssentials
import ModelFiles
import Networks
import PlainText
import Statistics

/// A saved run's archive while it is being read.
struct RunArchive: Sendable {
  private let archive: SafetensorsArchive
  private let description: RunDescription

  /// Reads and checks what the run is of.
  init(_ archive: SafetensorsArchive) throws(RunFileProblem) {
    self.archive = archive
    guard let text = archive.metadata[RunFile.descriptionKey] else {
      let isModel = archive.metadata["dyviz"] != nil || archive.entries.keys.contains { $0.hasSuffix(".weight") }
      throw RunFileProblem(
        "expected a saved run, but its metadata has no \"\(RunFile.descriptionKey)\""
          + (isModel ? "; a model is given with a folder of images" : ""))
    }
    // The format first: another one need not look like this one.
    let format = try Self.decoded(Format.self, text, as: RunFile.descriptionKey).format
    guard format == RunDescription.currentFormat else {
      throw RunFileProblem("expected format \(RunDescription.currentFormat) of saved runs, but it is \(format)")
    }
    description = try Self.decoded(RunDescription.self, text, as: RunFile.descriptionKey)
    try description.check()
  }

  private struct Format: Decodable { let format: Int }

  /// The run. Every finding is read once here, so that all of them are known to be right; densities are then read again
  /// when they are asked for.
  ///
  /// - Parameter isOwn: Whether this program has just made the archive: densities are then first read when they are
  ///   asked for.
  func run(isOwn: Bool = false) throws(RunFileProblem) -> SavedRun {
    let images = try imagePaths()
    var names: [SourceNames] = []
    for (index, variant) in description.variants.enumerated() {
      names.append(
        SourceNames(
          images: images, classes: variant.classes, labels: try labels(index, images: images.count),
          preprocessing: variant.preprocessing, ordinals: description.names))
    }
    var runs: [SettledRun] = []
    for (index, run) in description.runs.enumerated() {
      runs.append(try settled(index, run, names: names[run.subject.variant], isOwn: isOwn))
    }
    return SavedRun(origin: description.origin, runs: runs, marks: description.marks)
  }

  /// The run without what was found, and without its images' names: what it is of, and how far it is.
  var outline: SavedRun {
    let runs = description.runs.map { run in
      let variant = description.variants[run.subject.variant]
      let names = SourceNames(images: [], classes: variant.classes, preprocessing: variant.preprocessing)
      let densities = run.findings.compactMap { if case .density(let site) = $0.question { site } else { nil } }
      return SettledRun(
        figure(run, names: names), isExact: description.exact, instructionSet: description.instructionSet,
        densities: densities.filter(variant.sites.indices.contains)
      ) { _ in nil }
    }
    return SavedRun(origin: description.origin, runs: runs, marks: description.marks)
  }

  private func imagePaths() throws(RunFileProblem) -> [String] {
    guard archive.entries[RunFile.imagesName] != nil else {
      guard description.names == nil else {
        throw RunFileProblem("it names images, but has no tensor \"\(RunFile.imagesName)\"")
      }
      return []
    }
    guard let paths = archive.bytes(RunFile.imagesName).flatMap(ImagePaths.paths) else {
      throw RunFileProblem("the tensor \"\(RunFile.imagesName)\" is no list of paths that end with zero bytes")
    }
    if let ordinals = description.names, ordinals.count != paths.count {
      throw RunFileProblem(
        "the tensor \"\(RunFile.imagesName)\" holds \(paths.count) paths, but \(ordinals.count) are named")
    }
    return paths
  }

  private func labels(_ variant: Int, images: Int) throws(RunFileProblem) -> [Int?] {
    let name = RunFile.labelsName(variant)
    guard archive.entries[name] != nil else { return Array(repeating: nil, count: images) }
    let classes = UInt64(description.variants[variant].classes.count)
    guard let labels = archive.counts(name), labels.count == images, labels.allSatisfy({ $0 <= classes }) else {
      throw RunFileProblem("the tensor \"\(name)\" does not hold a class for each of \(images) images")
    }
    return labels.map { $0 == 0 ? nil : Int($0) - 1 }
  }

  private func settled(
    _ index: Int, _ run: RunDescription.Run, names: SourceNames, isOwn: Bool
  ) throws(RunFileProblem) -> SettledRun {
    let variant = description.variants[run.subject.variant]
    var (findings, densities) = (Findings(), [Int: String]())
    for answer in run.findings {
      guard case .density(let site) = answer.question else {
        findings.set(try finding(answer, sites: variant.sites))
        continue
      }
      if !isOwn { _ = try finding(answer, sites: variant.sites) }
      densities[site] = answer.key
    }
    let kept = densities
    return SettledRun(
      figure(run, names: names, findings), isExact: description.exact, instructionSet: description.instructionSet,
      densities: Array(kept.keys)
    ) { question in
      guard case .density(let site) = question, let key = kept[site] else { return nil }
      return try? checked(DensityFinding.self, key, sites: variant.sites)
    }
  }

  private func figure(
    _ run: RunDescription.Run, names: SourceNames?, _ findings: Findings = Findings()
  ) -> RunFigure {
    var figure = RunFigure(
      model: description.model, variants: description.variants.map(\.name), subject: run.subject,
      progress: run.progress.value,
      sites: description.variants[run.subject.variant].sites.map { SiteFigure(unseen: $0) }, findings: findings)
    figure.names = names
    figure.part = description.part
    figure.listing = run.listing
    for answer in run.findings { figure.late[answer.question] = answer.late?.value }
    return figure
  }

  /// What answers a question, checked.
  private func finding(
    _ answer: RunDescription.Answer, sites: [ActivationSite]
  ) throws(RunFileProblem) -> any Finding {
    let finding: any Finding = try checked(answer.question.finding, answer.key, sites: sites)
    guard finding.question == answer.question else {
      throw RunFileProblem("\"\(answer.key)\" in its metadata answers another question")
    }
    return finding
  }

  /// A finding's JSON in the metadata, and the arrays that it names.
  private func checked<Value: Finding>(
    _ type: Value.Type, _ key: String, sites: [ActivationSite]
  ) throws(RunFileProblem) -> Value {
    guard let text = archive.metadata[key] else { throw RunFileProblem("its metadata has no \"\(key)\"") }
    let arrays = FindingArrays { name in
      archive.tensor(name).map { .floats($0.values.array) } ?? archive.counts(name).map { .counts($0) }
    }
    _ = try Self.decoded(BoundedNumbers.self, text, as: key)
    return try Self.decoded(CheckedFinding<Value>.self, text, as: key, arrays, sites: sites).finding
  }

  private static func decoded<Value: Decodable>(
    _ type: Value.Type, _ text: String, as key: String, _ arrays: FindingArrays? = nil, sites: [ActivationSite] = []
  ) throws(RunFileProblem) -> Value {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    decoder.userInfo[.findingArrays] = arrays
    decoder.userInfo[.sites] = sites
    do {
      return try decoder.decode(type, from: Data(text.utf8))
    } catch let error as DecodingError {
      throw RunFileProblem("\"\(key)\" in its metadata cannot be used: \(error.words)")
    } catch {
      throw RunFileProblem("\"\(key)\" in its metadata cannot be used: \(error)")
    }
  }
}
