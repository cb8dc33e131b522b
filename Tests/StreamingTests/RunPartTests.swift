import Figures
import Files
import Foundation
import Images
import Kernels
import Networks
import RunFiles
import Statistics
import Streaming
import Testing

/// Parts of a run, merged, and runs that go on where another was: byte for byte what one run over all images gives.
@Suite struct RunPartTests {
  private let variant: Variant
  private let images: SampleImages
  private let items: [ImageItem]
  private let folder: URL

  init() throws {
    variant = try SampleImages.smallVariant()
    images = try SampleImages(11, broken: [2, 7])
    items = try images.items(variant)
    folder = images.url.deletingLastPathComponent().appending(path: "dyviz-parts-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  /// Every kind of question that comes late, those about some images last.
  private var late: [[Question]] {
    let sites = variant.shapes.sites
    return [
      [
        .channelDensity(site: 4, channel: 1), .exemplars(site: 3, region: PairRegion()),
        .extremes(site: 2, order: .gain), .channels(site: 1), .slopeClasses(site: nil, classes: variant.labels.count),
      ], [.effects([WhatIf(.noIntercepts, at: sites.indices, of: sites)])], [.image(ordinal: 5, site: 4)],
      [.predictions([0, 10, 1])],
    ]
  }

  private func settings(_ share: Share? = nil, limit: Int? = nil, exact: Bool = false) throws -> RunSettings {
    try RunSettings(threads: 2, exact: exact, limit: limit, share: share, kernels: .best)
  }

  private func counted(_ settings: RunSettings, without seen: ImageSet = ImageSet()) throws -> SettledRun {
    try Pass(variant, items: items, settings: settings, without: seen).finished()
  }

  private func run(_ settings: RunSettings, asking late: [[Question]] = []) throws -> SettledRun {
    var run = try counted(settings)
    for questions in late {
      let pass = try Pass(variant, questions: questions, items: items, settings: settings)
      pass.finish()
      run.add(pass, questions)
    }
    return run
  }

  private func origin(_ images: String? = nil) -> SavedRun.Origin {
    var digest = SHA256()
    digest.add(ImagePaths.bytes(items.map(\.relativePath)))
    return SavedRun.Origin(
      program: "dyviz test", model: [SavedRun.Origin.File(name: "model.bin", sha256: "ab")],
      images: images ?? digest.text)
  }

  private func bytes(_ saved: SavedRun) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try RunFile.archive(saved).write { bytes += $0 }
    return bytes
  }

  /// Writes a run and returns the file's path.
  @discardableResult
  private func write(_ run: SettledRun, _ name: String, origin: SavedRun.Origin? = nil) throws -> String {
    try write(SavedRun(origin: origin ?? self.origin(), runs: [run]), name)
  }

  private func write(_ saved: SavedRun, _ name: String) throws -> String {
    let url = folder.appending(path: name)
    try Data(bytes(saved)).write(to: url)
    return url.path
  }

  private func parts(
    _ count: Int, limit: Int? = nil, asking late: [[Question]] = []
  ) throws -> [String] {
    try (0..<count).map { index in
      let share = try #require(Share(index: index, count: count))
      return try write(run(settings(share, limit: limit), asking: late), "\(index)-\(count).part")
    }
  }

  @Test(
    "Parts in any order, more of them than images too, merge to the bytes of one run", arguments: [1, 2, 3, 7, 20],
    [nil, 6])
  func merged(count: Int, limit: Int?) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let whole = try bytes(SavedRun(origin: origin(), runs: [run(settings(limit: limit))]))
    let parts = try parts(count, limit: limit)
    for order in [parts, parts.reversed(), Array(parts[(count / 2)...] + parts[..<(count / 2)])] {
      #expect(try bytes(RunFile.merged(order)) == whole)
    }
  }

  @Test("All kinds of answers merge to the bytes of one run, and in steps, whose merges say what they hold")
  func answers() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let whole = try bytes(SavedRun(origin: origin(), runs: [run(settings(), asking: late)]))
    let parts = try parts(4, asking: late)
    let some = try RunFile.merged([parts[3], parts[0]])
    #expect(some.part?.shares == [0, 3] && some.part?.missing == [1, 2] && some.part?.words == "parts 0, 3 of 4")
    #expect(some.runs[0].figure.progress.total == 5 && some.runs[0].figure.progress.state == .done)
    // It has names of its own images alone.
    let names = try #require(some.runs[0].figure.names)
    #expect(names.ordinals.ranges == [0..<2, 8..<11] && names.image(9) == items[9].relativePath)
    #expect(names.image(5) == "image 5" && names.labelName(ofImage: 9) == "bag" && names.labelName(ofImage: 5) == nil)
    let rest = try RunFile.merged([parts[1], parts[2]])
    let halves = [try write(some, "some.part"), try write(rest, "rest.part")]
    #expect(try bytes(RunFile.read(path: halves[0])) == bytes(some))
    #expect(try bytes(RunFile.merged(halves)) == whole)
    #expect(try bytes(RunFile.merged([parts[2], halves[0], parts[1]])) == whole)
  }

  /// What is said of files that cannot be merged.
  private func refusal(_ paths: [String]) -> String {
    do {
      _ = try RunFile.merged(paths)
      return "not refused"
    } catch {
      return "\(error)"
    }
  }

  @Test("Parts of another run are refused with both values, and the same share twice")
  func mismatches() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let first = try #require(Share(index: 0, count: 2))
    let second = try #require(Share(index: 1, count: 2))
    let own = try write(run(settings(first)), "own.part")
    let other = folder.appending(path: "other.part").path
    func refused(_ run: SettledRun, origin: SavedRun.Origin? = nil) throws -> String {
      try write(run, "other.part", origin: origin)
      let words = refusal([own, other])
      #expect(words.hasPrefix("\(other) does not go together with the parts before it: "), "\(words)")
      return words
    }
    let run = try run(settings(second))
    #expect(refusal([own, try write(run, "right.part")]) == "not refused")
    var foreign = origin()
    foreign.model[0].sha256 = "cd"
    #expect(try refused(run, origin: foreign).hasSuffix("model is model.bin (SHA-256 cd), but model.bin (SHA-256 ab)"))
    #expect(try refused(run, origin: origin("ef")).contains("list of images is one with the SHA-256 ef, but one with"))
    foreign = origin()
    foreign.program = "dyviz 9"
    #expect(try refused(run, origin: foreign).hasSuffix("program is dyviz 9, but dyviz test"))
    #expect(
      try refused(counted(settings(Share(index: 1, count: 3)))).hasSuffix("number of shares is 3, but 2"))
    #expect(try refused(counted(settings())).hasSuffix("number of shares is 1, but 2"))
    #expect(try refused(counted(settings(second, limit: 8))).hasSuffix("number of images is 8, but 11"))
    #expect(
      try refused(counted(settings(second, exact: true))).hasSuffix("choice of elements is --exact, but the usual one"))
    #expect(try refused(counted(settings(first))).hasSuffix("it holds share 0 of 2, which is held already"))
    #expect(
      try refused(self.run(settings(second), asking: [late[0]])).contains("other questions were asked of one part"))
    var few = RunSettings(threads: 1, share: second, kernels: try #require(.table(for: .portable)))
    few.limit = nil
    if few.kernels.instructionSet != (try settings().kernels.instructionSet) {
      #expect(try refused(counted(few)).contains("instruction set is portable, but "))
    }
    // Two whole runs, and one that is not over.
    let whole = try write(counted(settings()), "whole.run")
    #expect(refusal([whole]) == "not refused")
    #expect(refusal([whole, whole]).hasSuffix("it holds all images, but all images are held already"))
    let begun = try Pass(variant, items: items, settings: settings(second)).settled()
    #expect(try refused(begun).hasSuffix("cannot be merged: \(variant.name) has seen 0 of 6 images"))
    #expect(refusal([other, own]).contains("other.part is not over and cannot be merged"))
  }

  @Test("What parts say of their images must be the list that they say", arguments: [0, 1])
  func otherNames(part: Int) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let paths = try parts(2)
    let path = paths[part]
    var bytes = try Data(contentsOf: URL(filePath: path))
    let name = try #require(bytes.range(of: Data(items[part == 0 ? 1 : 9].relativePath.utf8)))
    bytes[name.upperBound - 5] = UInt8(ascii: "x")
    try bytes.write(to: URL(filePath: path))
    #expect(refusal(paths).contains("the parts name 11 images with the SHA-256 "))
  }

  /// The images in some stages: not in their order, some stages of one image alone.
  private static let stages: [[Set<Int>]] = [
    [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [10]], [[2, 7], [0, 9], [1, 3, 4, 5, 6, 8, 10]],
    [[5], [6], [4, 7, 10], [], [0, 1, 2, 3, 8, 9]],
  ]

  /// All images but some.
  private func others(than images: Set<Int>) -> ImageSet {
    ImageSet(of: items.indices.filter { !images.contains($0) })
  }

  /// How far a run is that is over all images, whatever the pass was over.
  private func ofAll(_ progress: RunProgress) -> RunProgress {
    var progress = progress
    progress.total = items.count
    progress.state = progress.isComplete ? .done : .stopped
    return progress
  }

  @Test("A run that goes on where another was gives the bytes of one run, whatever each has seen", arguments: stages)
  func resumed(stages: [Set<Int>]) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    var (path, seen) = (String?.none, Set<Int>())
    for images in stages {
      // What was saved, from its file.
      let earlier = try path.map { try #require(try RunFile.read(path: $0).runs.first) }
      if let progress = earlier?.figure.progress {
        let broken = seen.intersection([2, 7]).count
        #expect(progress.state == .stopped && progress.total == 11 && progress.skipped == broken)
        #expect(progress.seen == others(than: Set(items.indices).subtracting(seen)))
      }
      var run = try counted(settings(), without: others(than: images))
      if let earlier { try run.merge(earlier.standingOfSeen) }
      run.setProgress(ofAll(run.figure.progress))
      path = try write(run, "resumed.run")
      seen.formUnion(images)
    }
    let resumed = try Data(contentsOf: URL(filePath: try #require(path)))
    let whole = try write(counted(settings()), "whole.run")
    #expect(try resumed == Data(contentsOf: URL(filePath: whole)))
  }

  @Test("Late questions go on where they were, too", arguments: stages)
  func resumedAnswers(stages: [Set<Int>]) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let late = Array(late.prefix(2))
    let whole = try bytes(SavedRun(origin: origin(), runs: [run(settings(), asking: late)]))
    var run = try counted(settings())
    for questions in late {
      for images in stages {
        let saved = try #require(try RunFile.read(path: write(run, "begun.run")).runs.first)
        let pass = try Pass(
          variant, questions: questions, items: items, settings: settings(), without: others(than: images))
        pass.finish()
        if let earlier = saved.earlier(questions) {
          try run.add(pass, questions, after: earlier)
        } else {
          run.add(pass, questions)
        }
        let progress = try questions.map { ($0, ofAll(try #require(run.figure.late[$0]))) }
        run.add(Findings(), Dictionary(progress) { $1 })
      }
    }
    #expect(try bytes(SavedRun(origin: origin(), runs: [run])) == whole)
  }

  @Test("Images that both have seen are not counted twice")
  func overlap() throws {
    let run = try counted(settings())
    var other = run
    #expect("both have seen all") {
      try other.merge(run)
    } throws: { "\($0)" == "images 0-10 are counted twice" }
    #expect(other.equals(run))
  }
}
