import Figures
import Foundation
import Images
import Networks
import Synchronization

/// A model's variants over one set of images: the variant on screen has the workers, the others keep what they counted.
///
/// Images are listed and networks planned on a thread of the session's own, so that a screen can be drawn at once.
public final class RunSession: Sendable {
  /// The networks.
  public let model: Model
  private let images: [String]
  private let settings: RunSettings
  private let state: Mutex<State>
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private let starter = DispatchQueue(label: "dyviz.session")

  private struct State {
    var current: Int
    /// What became of starting each variant that was asked for.
    var runs: [Int: Result<VariantRun, StartFailure>] = [:]
    var meters: [Int: RateMeter] = [:]
    var shown = SnapshotCache()
  }

  /// Why a variant could not be started, as the user reads it.
  public struct StartFailure: Error, Sendable, CustomStringConvertible {
    /// The sentence.
    public let description: String
  }

  /// Prepares a session that shows variant `variant` first; nothing runs before ``startVariant(_:)``.
  public init(_ model: Model, images: [String], variant: Int, settings: RunSettings) {
    precondition(model.variants.indices.contains(variant), "no such variant")
    self.model = model
    self.images = images
    self.settings = settings
    state = Mutex(State(current: variant))
    start = clock.now
  }

  /// Gives the workers to a variant; its statistics go on where they were left. Returns at once.
  public func startVariant(_ index: Int) {
    precondition(model.variants.indices.contains(index), "no such variant")
    state.withLock { state in
      if state.current != index { Self.pause(&state) }
      state.current = index
    }
    starter.async { [self] in
      if state.withLock({ $0.runs[index] }) == nil {
        let run = Result { () throws(StartFailure) in try makeRun(index) }
        state.withLock { $0.runs[index] = run }
      }
      // Another variant may have been asked for while this one was being planned.
      state.withLock { state in
        guard state.current == index, case .success(let run) = state.runs[index], !run.isFinished else { return }
        run.resume()
      }
    }
  }

  /// Stops all workers after their batches and waits for them.
  public func stop() {
    starter.sync {}
    let runs = state.withLock { state in
      Self.pause(&state)
      return state.runs.values.compactMap { try? $0.get() }
    }
    for run in runs { run.wait() }
  }

  /// Every variant that has been started with what it counted so far, in the model's order.
  public func results() -> [(variant: Int, results: RunResults)] {
    let runs = state.withLock { $0.runs }
    return runs.sorted { $0.key < $1.key }.compactMap { index, run in
      guard case .success(let run) = run else { return nil }
      return (index, run.results())
    }
  }

  /// The images that were left out, of every variant that has been started.
  public var skipped: [SkippedImage] {
    let runs = state.withLock { $0.runs }
    return runs.sorted { $0.key < $1.key }.flatMap { (try? $0.value.get().skippedImages) ?? [] }
  }

  /// Why the variant on screen cannot go on; nil while all is well.
  public var failure: String? {
    state.withLock { state in
      switch state.runs[state.current] {
      case .failure(let failure): failure.description
      case .success(let run): run.strictFailure.map { "\($0)" }
      case nil: nil
      }
    }
  }

  /// The newest state of the variant on screen, with the density grids of `sites`. Waits for no worker.
  public func snapshot(for sites: Set<Int>) -> RunSnapshot {
    let now = Double(seconds: clock.now - start)
    return state.withLock { state in
      let index = state.current
      guard let started = state.runs[index] else {
        return emptySnapshot(index, .waiting)
      }
      switch started {
      case .failure(let failure):
        return emptySnapshot(index, .failed(failure.description))
      case .success(let run):
        if !run.isFinished { state.meters[index, default: RateMeter()].record(done: run.done + run.skipped, at: now) }
        let rate = state.meters[index]?.imagesPerSecond
        return state.shown.snapshot(of: run, sites: sites) { figures, densities, classification in
          RunSnapshot(
            model: model.fileName, variants: model.variants.map(\.name), variant: index,
            progress: RunProgress(run, classification: classification, imagesPerSecond: rate), sites: figures,
            densities: densities)
        } ?? emptySnapshot(index, RunProgress(run, classification: nil, imagesPerSecond: rate))
      }
    }
  }

  private static func pause(_ state: inout State) {
    guard case .success(let run) = state.runs[state.current] else { return }
    run.pause()
    state.meters[state.current]?.reset()
  }

  private func makeRun(_ index: Int) throws(StartFailure) -> VariantRun {
    let variant = model.variants[index]
    do {
      let source = try ImageSource(paths: images, labels: variant.labels)
      return try VariantRun(variant, items: source.items, settings: settings)
    } catch {
      throw StartFailure(description: "\(error)")
    }
  }

  private func emptySnapshot(_ index: Int, _ progress: RunProgress) -> RunSnapshot {
    RunSnapshot(
      model: model.fileName, variants: model.variants.map(\.name), variant: index, progress: progress,
      sites: model.variants[index].shapes.sites.map { SiteFigure(unseen: $0) }, densities: [:])
  }
}

extension Double {
  /// A duration in seconds.
  init(seconds duration: Duration) {
    self = Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }
}
