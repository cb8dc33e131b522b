import Figures
import Images
import Kernels
import Networks
import Statistics
import Streaming
import Testing

@Suite struct PassTests {
  private let variant: Variant

  init() throws {
    variant = try #require(try SampleImages.model().variants.first { $0.name == "dyrelu-b" })
  }

  private func run(
    _ items: [ImageItem], threads: Int = 2, strict: Bool = false, limit: Int? = nil
  ) throws -> Pass {
    try Pass(
      variant, items: items, settings: RunSettings(threads: threads, strict: strict, limit: limit, kernels: .best))
  }

  @Test("One, two and three threads count the same, with broken images inside the batches")
  func threads() throws {
    let broken: Set<Int> = [0, 5, 6, 13, 22]
    let images = try SampleImages(23, broken: broken)
    let items = try images.items(variant)
    let expected = try run(items, threads: 1).finished()
    #expect(expected.figure.classification.images == 18 && expected.figure.skipped.map(\.ordinal) == broken.sorted())
    #expect(expected.figure.skipped.allSatisfy { $0.path.hasPrefix("bag/") && $0.reason == "truncated PNG file" })
    for threads in [2, 3] {
      let run = try run(items, threads: threads)
      #expect(run.finished().equals(expected) && run.done == 18 && run.skipped == 5 && run.isFinished)
    }
  }

  @Test("A batch counts what its images count alone")
  func batches() throws {
    let images = try SampleImages(7, broken: [2])
    let items = try images.items(variant)
    let alone = try items.map { try run([$0], threads: 1).finished() }
    let together = try run(items, threads: 1).finished()
    for question in [.functions] + together.figure.sites.map({ Question.density(site: $0.site.id) }) {
      var merged = try #require(alone[0].finding(question))
      for other in alone.dropFirst() { merged = try merged.merged(with: try #require(other.finding(question))) }
      #expect(merged.equals(try #require(together.finding(question))))
    }
    let classification = alone.reduce(into: ClassificationStatistics()) { $0.merge($1.figure.classification) }
    #expect(together.figure.classification == classification)
    #expect(together.figure.skipped == alone.flatMap(\.figure.skipped))
  }

  @Test("Workers take full batches, and share what is left at the end")
  func shares() {
    func sizes(_ count: Int, workers: Int) -> [Int] {
      var (left, sizes) = (count, [Int]())
      while left > 0 {
        sizes.append(Pass.batchSize(left: left, workers: workers, most: 4))
        left -= sizes[sizes.count - 1]
      }
      return sizes
    }
    #expect(sizes(6, workers: 2) == [3, 2, 1])
    #expect(sizes(10, workers: 1) == [4, 4, 2])
    #expect(sizes(17, workers: 2) == [4, 4, 4, 3, 1, 1])
    #expect(sizes(3, workers: 8) == [1, 1, 1])
    #expect(Pass.batchSize(left: 0, workers: 2, most: 4) == 0)
  }

  @Test("A limit takes the first images", arguments: [1, 6, 100])
  func limit(limit: Int) throws {
    let images = try SampleImages(9, broken: [4])
    let items = try images.items(variant)
    let limited = try run(items, limit: limit)
    #expect(limited.items == Array(items.prefix(limit)))
    #expect(limited.finished().equals(try run(Array(items.prefix(limit))).finished()))
    #expect(limited.done + limited.skipped == min(limit, 9) && limited.isFinished)
  }

  @Test("Paused and resumed again and again, a run counts every image once")
  func pauses() throws {
    let images = try SampleImages(200, broken: [17, 60])
    let items = try images.items(variant)
    let expected = try run(items).finished()
    let run = try run(items)
    var stops: [Int] = []
    while !run.isFinished {
      run.resume()
      run.resume()
      if stops.count % 2 == 1 { _ = run.wait(atMost: 0.001) }
      run.pause()
      run.wait()
      stops.append(run.done + run.skipped)
      let figure = run.settled().figure
      #expect(figure.classification.images == run.done && figure.skipped.count == run.skipped)
      #expect(figure.sites.allSatisfy { $0.images == run.done })
    }
    #expect(stops == stops.sorted() && stops.count > 1 && stops.last == 200)
    #expect(run.settled().equals(expected))
    #expect(run.finished().equals(expected), "nothing is left to do")
  }

  @Test("The first broken image in order ends a strict run, wherever it stands in its batch", arguments: 0...5)
  func strict(first: Int) throws {
    let images = try SampleImages(12, broken: [first, first + 1, 11])
    let items = try images.items(variant)
    let single = try run(items, threads: 1, strict: true)
    let counted = single.finished()
    // Those before it are finished, those after it not begun.
    #expect(single.done == first && single.skipped == 1 && counted.figure.skipped.map(\.ordinal) == [first])
    #expect(counted.equals(try run(Array(items[...first])).finished()))
    #expect(single.strictFailure?.path == items[first].path && single.isFinished)
    for threads in [2, 3] {
      let run = try run(items, threads: threads, strict: true)
      run.finished()
      #expect(run.strictFailure?.path == items[first].path && run.isFinished && run.done >= first)
    }
  }

  @Test("A pass that is ended reads no further image")
  func ended() throws {
    let run = try run(try SampleImages(40).items(variant), threads: 2)
    run.end()
    run.resume()
    run.wait()
    #expect(run.done + run.skipped == 0 && !run.isFinished)
  }

  @Test("Statistics that would take more memory than is allowed are refused before they take it, with the numbers")
  func memory() throws {
    let items = try SampleImages(4).items(variant)
    var settings = RunSettings(threads: 3, kernels: try .best)
    settings.statisticsBytes = 20_000_000
    let error = #expect(throws: MemoryFailure.self) { try Pass(variant, items: items, settings: settings) }
    #expect(error?.description.contains("for each thread and once more, but at most 20 MB are taken") == true)
    settings.statisticsBytes = 1 << 30
    #expect(throws: Never.self) { try Pass(variant, items: items, settings: settings) }
    // Late questions, too: what each takes is counted for itself, and together.
    let channels = variant.shapes.sites.map { Question.channels(site: $0.id) }
    settings.statisticsBytes = 1_000_000
    #expect(throws: Never.self) { try Pass(variant, questions: [channels[3]], items: items, settings: settings) }
    for questions in [channels, [.channelDensity(site: 3, channel: 0)]] {
      #expect(throws: MemoryFailure.self) { try Pass(variant, questions: questions, items: items, settings: settings) }
    }
  }

  @Test("A run without a screen reports growing counts, and in the end all of them")
  func headless() throws {
    let images = try SampleImages(14, broken: [3])
    let run = try run(try images.items(variant))
    var reports: [RunProgress] = []
    run.runToEnd(reportingEvery: 0.001) { reports.append($0) }
    let counts = reports.map { $0.done + $0.skipped }
    #expect(counts == counts.sorted() && counts.last == 14)
    #expect(reports.last?.state == .done && reports.last?.skipped == 1 && reports.last?.total == 14)
  }
}
