import Figures
import Foundation
import Kernels
import Networks
import Streaming
import Testing

@Suite struct RunSessionTests {
  private let model: Model

  init() throws { model = try SampleImages.model() }

  private func session(_ path: String, variant: Int = 0, threads: Int = 2, strict: Bool = false) throws -> RunSession {
    RunSession(
      model, images: [path], variant: variant,
      settings: RunSettings(threads: threads, strict: strict, kernels: try .best))
  }

  /// Asks for snapshots until the variant on screen is through or has failed.
  private func lastSnapshot(_ session: RunSession, sites: Set<Int> = []) -> RunSnapshot {
    var snapshot = session.snapshot(for: sites)
    while snapshot.progress.state == .running {
      Thread.sleep(forTimeInterval: 0.001)
      snapshot = session.snapshot(for: sites)
    }
    return session.snapshot(for: sites)
  }

  @Test("Before the first image a snapshot has every site and counts nothing")
  func waiting() throws {
    let snapshot = try session(try SampleImages(1).path, variant: 2).snapshot(for: [0])
    #expect(snapshot.variant == 2 && snapshot.variants == model.variants.map(\.name))
    #expect(snapshot.sites.map(\.site) == model.variants[2].shapes.sites && snapshot.densities.isEmpty)
    #expect(snapshot.sites.allSatisfy { $0.images == 0 } && snapshot.progress.state == .running)
  }

  @Test("The last snapshot shows what the run counted", arguments: [1, 2, 3])
  func finished(threads: Int) throws {
    let images = try SampleImages(11, broken: [6])
    let session = try session(images.path, variant: 1, threads: threads)
    session.startVariant(1)
    let snapshot = lastSnapshot(session, sites: [4])
    session.stop()
    let results = try #require(session.results().first)
    #expect(snapshot.progress.state == .done && snapshot.progress.done == 10 && snapshot.progress.skipped == 1)
    #expect(results.variant == 1 && results.results.classification.images == 10)
    #expect(snapshot.sites == results.results.statistics.summaries.map { SiteFigure($0) })
    #expect(snapshot.densities == [4: DensityGrid(results.results.statistics.density(of: 4))])
    #expect(session.skipped == results.results.skipped && session.failure == nil)
  }

  @Test("Every snapshot is taken between batches: all sites have seen the same images")
  func snapshotsAreWhole() throws {
    let images = try SampleImages(60)
    let session = try session(images.path)
    session.startVariant(0)
    var snapshot = session.snapshot(for: [])
    while snapshot.progress.state == .running {
      snapshot = session.snapshot(for: [])
      #expect(Set(snapshot.sites.map(\.images)).count == 1)
    }
    session.stop()
    #expect(snapshot.progress.done == 60)
  }

  @Test("A variant that loses the workers keeps what it counted and goes on later")
  func switching() throws {
    let images = try SampleImages(40, broken: [8])
    let session = try session(images.path, variant: 1)
    for variant in [1, 3, 1, 3] {
      session.startVariant(variant)
      Thread.sleep(forTimeInterval: 0.005)
    }
    #expect(lastSnapshot(session).variant == 3)
    session.startVariant(1)
    #expect(lastSnapshot(session).progress.done == 39)
    session.stop()
    let results = session.results()
    #expect(results.map(\.variant) == [1, 3])
    for (index, counted) in results {
      let variant = model.variants[index]
      let run = try VariantRun(
        variant, items: try images.items(variant), settings: RunSettings(threads: 1, kernels: .best))
      #expect(counted.equals(run.finished()))
    }
  }

  @Test("Stopping waits for the workers: nothing is counted afterwards")
  func stopping() throws {
    let images = try SampleImages(60)
    let session = try session(images.path)
    session.startVariant(0)
    while session.snapshot(for: []).progress.done == 0 {}
    session.stop()
    let counted = session.snapshot(for: []).progress.done
    Thread.sleep(forTimeInterval: 0.02)
    #expect(session.snapshot(for: []).progress.done == counted)
    #expect(session.results().first?.results.classification.images == counted)
  }

  @Test("A strict session ends at the first broken image and says which")
  func strict() throws {
    let images = try SampleImages(20, broken: [9, 12])
    let session = try session(images.path, strict: true)
    session.startVariant(0)
    let snapshot = lastSnapshot(session)
    session.stop()
    let failure = try #require(session.failure)
    #expect(failure.hasSuffix("bag/09.png: truncated PNG file"))
    guard case .failed = snapshot.progress.state else {
      Issue.record("the snapshot says \(snapshot.progress.state)")
      return
    }
  }

  @Test("Images that are not there are a failure on screen, not a crash")
  func missingImages() throws {
    let session = try session("/nowhere/images")
    session.startVariant(0)
    #expect(lastSnapshot(session).progress.state == .failed(try #require(session.failure)))
    #expect(session.failure?.contains("/nowhere/images") == true && session.results().isEmpty)
    session.stop()
  }
}
