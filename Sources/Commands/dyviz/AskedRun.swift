import Figures
import Images
import Networks
import PlainText
import RunFiles
import Statistics
import Streaming

/// Runs of some variants that hold the answers to some questions alone, on their way to a file.
struct AskedRun {
  private let saving: RunSavingPlan
  private var runs: [SettledRun] = []

  /// Nothing is asked yet.
  ///
  /// - Parameters:
  ///   - output: The file.
  ///   - models: The model files.
  init(_ output: OutputPath, models: [String]) throws {
    saving = RunSavingPlan(output: output, models: try RunSaving.fingerprints(models))
  }

  /// Adds what was found about a variant, and writes all that is known by then.
  mutating func add(_ unseen: SettledRun, _ answer: SettledRun.LateAnswer, _ images: HeadlessImages) throws {
    var run = unseen
    run.add(all: answer.findings, answer.progress)
    runs.append(run)
    try saving.saving(images.all).write(runs)
  }
}

/// The means of a saved run over all images, for changes that need them.
struct SavedMeans {
  private let path: String
  private let models: [SavedRun.Origin.File]
  private let saved: SavedRun

  /// - Parameters:
  ///   - path: The saved run.
  ///   - models: The model files of the run that needs the means.
  init(path: String, models: [String]) throws {
    self.path = path
    self.models = try RunSaving.fingerprints(models)
    saved = try RunFile.read(path: path)
    if let part = saved.part {
      throw Failure("\(path.escaped): the means over all images are needed, but it is \(part.words)")
    }
  }

  /// Those of a variant.
  ///
  /// - Parameters:
  ///   - planned: The run that needs them, before it has seen an image.
  ///   - images: Its images.
  /// - Throws: where they are of another network or of other images, or not over.
  func known(of planned: SettledRun, _ images: HeadlessImages) throws -> Findings {
    let origin = SavedRun.Origin(models: models, images: images.all)
    let run = try saved.run(of: planned.figure.variant, in: path)
    let identity = RunIdentity(SavedRun(origin: saved.origin, runs: [run]))
    if let difference = identity.difference(
      from: RunIdentity(SavedRun(origin: origin, runs: [planned])), ignoring: RunIdentity.waysOfCounting)
    {
      throw Failure("\(path.escaped) has means of another run: \(difference.words)")
    }
    guard run.figure.progress.isComplete, let functions = run.finding(.functions) else {
      throw Failure("\(path.escaped): the means over all images are needed, but it does not hold them")
    }
    return Findings([functions])
  }
}
