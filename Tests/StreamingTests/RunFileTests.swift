import Figures
import Foundation
import Kernels
import ModelFiles
import Networks
import RunFiles
import Statistics
import Streaming
import Testing

/// Saved runs: what is read back is what was written, merges as it would have, and nothing else is taken.
@Suite struct RunFileTests {
  private static let all = (try? SampleImages.model().variants) ?? []
  private let variant: Variant
  private let folder: URL

  init() throws {
    settings = try RunSettings(threads: 2, kernels: .best)
    variant = try #require(Self.all.first { $0.name == "dyrelu-c" })
    folder = FileManager.default.temporaryDirectory.appending(path: "dyviz-runs-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private static let origin = SavedRun.Origin(
    program: "dyviz test", model: [SavedRun.Origin.File(name: "model.bin", sha256: "ab")], images: "cd")
  private let settings: RunSettings

  private var standing: [Question] {
    [.functions, .classification, .skipped] + variant.shapes.sites.map { .density(site: $0.id) }
  }

  /// Every kind of question that comes late.
  private func late(_ variant: Variant) -> [Question] {
    let sites = variant.shapes.sites
    let upper = PairRegion(x: .all, y: ValueRange(lower: 0.5, upper: nil) ?? .all)
    return [
      .channelDensity(site: 4, channel: 1), .exemplars(site: 3, region: upper), .extremes(site: 2, order: .gain),
      .channels(site: 1), .slopeClasses(site: nil, classes: variant.labels.count),
      .effects([
        WhatIf(.noIntercepts, at: sites.indices, of: sites), WhatIf(.anotherImage(ordinal: 0), at: [4], of: sites),
      ]),
      .image(ordinal: 1, site: 4), .predictions([0, 1]),
    ]
  }

  /// What passes over some images found, one for all standing questions and one for each of the late ones.
  private func run(
    _ images: SampleImages, _ range: Range<Int>? = nil, of variant: Variant? = nil, late: [Question] = []
  ) throws -> SettledRun {
    let variant = variant ?? self.variant
    let items = try images.items(variant)
    let pass = try Pass(variant, items: Array(items[range ?? items.indices]), settings: settings)
    var run = pass.finished()
    for question in late {
      var known = Findings()
      for need in question.needs {
        let first = try Pass(variant, questions: [need], items: items, settings: settings)
        first.finish()
        known.set(first.findings([need]))
      }
      let own = try Pass(variant, questions: [question], known: known, items: items, settings: settings)
      own.finish()
      run.add(own, [question])
    }
    return run
  }

  private func bytes(_ runs: [SettledRun], marks: [Mark] = []) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try RunFile.archive(SavedRun(origin: Self.origin, runs: runs, marks: marks)).write { bytes += $0 }
    return bytes
  }

  private func read(_ bytes: [UInt8], _ name: String = "a.run") throws -> SavedRun {
    let url = folder.appending(path: name)
    try Data(bytes).write(to: url)
    return try RunFile.read(path: url.path)
  }

  @Test("Answers to all kinds of questions come back as they were, and written again they are the same bytes")
  func roundTrip() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let run = try run(try SampleImages(6, broken: [2]), late: late(variant))
    let place = variant.shapes.sites[3].place
    let marks: [Mark] = [.site(place), .region(place, PairRegion()), .image(4)]
    let written = try bytes([run], marks: marks)
    let saved = try read(written)
    #expect(saved.origin == Self.origin && saved.marks == marks && saved.runs.count == 1)
    let own = try #require(saved.run(Subject(variant: 0)))
    for question in standing + late(variant) {
      var expected = try #require(run.finding(question))
      if let image = expected as? ImageFinding { expected = image.withSmallInput }
      #expect(try #require(own.finding(question)).equals(expected), "\(question)")
    }
    #expect(own.equals(run) && own.figure.progress.state == .done && own.figure.progress.total == 6)
    #expect(
      own.figure.names?.images == run.figure.names?.images && own.figure.names?.labels == run.figure.names?.labels)
    #expect(own.figure.names?.preprocessing == variant.preprocessing && own.figure.names?.classes == variant.labels)
    for question in late(variant) { #expect(own.figure.late[question]?.state == .done) }
    #expect(try bytes([own], marks: marks) == written)
    // The ways back: what was marked, then what was asked about.
    let region = try #require(
      late(variant).lazy.compactMap { if case .exemplars(_, let region) = $0 { region } else { nil } }.first)
    #expect(saved.places == marks + [.region(place, region), .image(1)])
    // An image that was asked about at one site is known at the others, but for what they did with it.
    let elsewhere = try #require(own.figure.findings.image(.image(ordinal: 1, site: 0)))
    #expect(elsewhere.detail == nil && elsewhere.functions.count == variant.shapes.sites.count)
    #expect(own.figure.findings.image(.image(ordinal: 2, site: 4)) == nil)
  }

  @Test("Parts that are read merge to what a run over all images finds")
  func merging() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let images = try SampleImages(13, broken: [2, 9])
    let parts = [try run(images, 0..<6), try run(images, 6..<13)]
    let whole = try run(images)
    let first = try #require(try read(bytes([parts[0]]), "1.run").runs.first)
    let second = try #require(try read(bytes([parts[1]]), "2.run").runs.first)
    for question in standing {
      let (own, other) = (try #require(first.finding(question)), try #require(second.finding(question)))
      #expect(try own.merged(with: other).equals(try #require(whole.finding(question))), "\(question)")
    }
  }

  @Test("Variants that were not run are not among those of the file, and the others are numbered anew")
  func variants() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let images = try SampleImages(2)
    let runs = try [3, 1].map { index in
      let pass = try Pass(Self.all[index], items: try images.items(variant), settings: settings)
      pass.finish()
      return pass.settled(model: "model.bin", variants: Self.all.map(\.name), subject: Subject(variant: index))
    }
    let saved = try read(bytes(runs))
    #expect(saved.runs.map(\.figure.variant) == [Self.all[1].name, Self.all[3].name])
    #expect(saved.runs.map(\.figure.subject.variant) == [0, 1])
    #expect(saved.runs[0].figure.variants == [Self.all[1].name, Self.all[3].name])
    #expect(saved.runs[1].equals(runs[0]) && saved.runs[0].equals(runs[1]))
  }

  @Test("A run that ended early says so")
  func unfinished() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let pass = try Pass(variant, items: try SampleImages(3).items(variant), settings: settings)
    let progress = try #require(try read(bytes([pass.settled()])).runs.first).figure.progress
    #expect(progress.state == .stopped && progress.done == 0 && progress.total == 3)
  }

  @Test("Findings that do not belong together are refused, and nothing is changed")
  func mismatches() throws {
    let images = try SampleImages(2)
    let found = try run(images)
    let other = try #require(Self.all.first { $0.name == "relu" })
    let pass = try Pass(other, items: try images.items(other), settings: settings)
    pass.finish()
    let foreign = try #require(pass.findings([.functions])[.functions])
    for question in standing {
      let finding = try #require(found.finding(question))
      #expect(throws: FindingMismatch.self) { try finding.merged(with: foreign) }
      let isOfSites = ![Question.classification, .skipped].contains(question)
      if isOfSites { #expect(throws: FindingMismatch.self) { try finding.check([]) } }
    }
    var functions = try #require(found.finding(.functions) as? FunctionsFinding)
    let others: FunctionsFinding = try #require(pass.findings([.functions]).answer(.functions))
    #expect(throws: FindingMismatch.self) { try functions.merge(others) }
    #expect(throws: FindingMismatch.self) { try others.check(variant.shapes.sites) }
    #expect(functions.equals(try #require(found.finding(.functions))))
  }

  @Test("Cut off, of another kind, or without one of its parts, a file is refused with its name")
  func hostileFiles() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let small = try SampleImages.smallVariant()
    let written = try bytes([run(try SampleImages(2), of: small, late: late(small))])
    var model: [UInt8] = []
    var tensors = TensorFile()
    tensors.add("a.weight", shape: [1], values: [1])
    try tensors.write { model += $0 }
    var files = [Array(written.prefix(written.count / 2)), Array(written.prefix(40)), [], model]
    let archive = try Archive(written)
    for key in archive.metadata.keys { files.append(try archive.without(key)) }
    #expect(files.count > 20)
    for (index, bytes) in files.enumerated() {
      #expect("file \(index)") {
        _ = try read(bytes, "bad.run")
      } throws: { error in
        "\(error)".hasPrefix(folder.appending(path: "bad.run").path)
      }
    }
  }

  @Test("Any number that is another one gives an error with the file's name, or figures that can be shown")
  func otherNumbers() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let small = try SampleImages.smallVariant()
    let images = try SampleImages(5, broken: [3])
    let archive = try Archive(bytes([run(try SampleImages(2), of: small, late: late(small))]))
    var counts = try changed(archive, keys: archive.metadata.keys.sorted())
    #expect(counts.refused > 1000 && counts.taken > 100, "\(counts)")
    // A part, and a run that ended early: what they say beside a whole one stands in their descriptions.
    for (share, seen) in [(Share(index: 1, count: 3), ImageSet()), (nil, ImageSet(1..<3))] {
      var settings = settings
      settings.share = share
      let pass = try Pass(small, items: try images.items(small), settings: settings, without: seen)
      var run = pass.finished()
      if !seen.isEmpty {
        var progress = run.figure.progress
        progress.total += seen.count
        run.setProgress(progress)
      }
      let archive = try Archive(bytes([run]))
      let text = try #require(archive.metadata["dyviz-run"])
      #expect(text.contains(share == nil ? "\"seen\":[[0,1],[3,5]]" : "\"part\":{\"count\":3"), "\(text.suffix(300))")
      counts = try changed(archive, keys: ["dyviz-run"])
      #expect(counts.refused > 50 && counts.taken > 5, "\(counts)")
    }
  }

  /// Reads an archive with each of some numbers changed in turn, and shows, merges and writes what can be read.
  private func changed(_ archive: Archive, keys: [String]) throws -> (refused: Int, taken: Int) {
    var (refused, taken) = (0, 0)
    for key in keys {
      let text = try #require(archive.metadata[key])
      for (count, place) in Archive.numbers(in: text).enumerated() where count < 40 || count % 97 == 0 {
        for other in ["-1", "0", "4611686018427387904", "1e300", "\"a\"", "null"] {
          let changed = text.replacingCharacters(in: place, with: other)
          do {
            let saved = try read(archive.with(key, changed), "bad.run")
            for run in saved.runs { run.showAll() }
            _ = (saved.partWords, saved.unfinishedWords, RunIdentity(saved).difference(from: RunIdentity(saved)))
            if key == "dyviz-run" { _ = try bytes(saved.runs) }
            taken += 1
          } catch {
            #expect("\(error)".hasPrefix(folder.appending(path: "bad.run").path), "\(key): \(error)")
            refused += 1
          }
        }
      }
    }
    return (refused, taken)
  }
}

extension SettledRun {
  /// Makes what screens and files show of it.
  fileprivate func showAll() {
    _ = tables.map(\.rows.count)
    _ = RunSide(self)
    for site in figure.sites {
      _ = figure.channels(of: site.site.id)?.map { ($0.kind, $0.segmentShares, $0.slopes, $0.outputs) }
      _ = figure.byClass(of: site.site.id)
    }
    for question in figure.findings.questions {
      if let image: ImageFinding = figure.findings.answer(question), let names = figure.names?.preprocessing {
        _ = Picture(image, names)
      }
    }
  }
}

/// A safetensors archive whose metadata can be changed.
private struct Archive {
  let metadata: [String: String]
  private let tensors: [String: Any]
  private let data: [UInt8]

  init(_ bytes: [UInt8]) throws {
    let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try #require(
      try JSONSerialization.jsonObject(with: Data(bytes[8..<8 + length])) as? [String: Any])
    metadata = try #require(header["__metadata__"] as? [String: String])
    tensors = header.filter { $0.key != "__metadata__" }
    data = Array(bytes[(8 + length)...])
  }

  func without(_ key: String) throws -> [UInt8] { try bytes(metadata.filter { $0.key != key }) }

  func with(_ key: String, _ text: String) throws -> [UInt8] { try bytes(metadata.merging([key: text]) { $1 }) }

  private func bytes(_ metadata: [String: String]) throws -> [UInt8] {
    let header = try JSONSerialization.data(withJSONObject: tensors.merging(["__metadata__": metadata]) { $1 })
    return (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) } + header + data
  }

  /// Where whole numbers stand in a JSON text.
  static func numbers(in text: String) -> [Range<String.Index>] {
    text.ranges(of: /-?[0-9]+/).filter { place in
      let before = place.lowerBound == text.startIndex ? " " : text[text.index(before: place.lowerBound)]
      return ":[,".contains(before) && (place.upperBound == text.endIndex || ",]}".contains(text[place.upperBound]))
    }
  }
}
