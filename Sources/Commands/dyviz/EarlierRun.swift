import Figures
import PlainText
import RunFiles

/// A saved run that another one goes on with.
struct EarlierRun {
  /// Its file, as the user named it.
  let path: String
  private let saved: SavedRun

  /// Reads the run.
  init(path: String) throws {
    self.path = path
    saved = try RunFile.read(path: path)
  }

  /// What the user kept.
  var marks: [Mark] { saved.marks }

  /// Everything that it knows, with the variants numbered as the model numbers them.
  func runs(of variants: [String]) throws -> [SettledRun] {
    try saved.runs.map { run in
      run.renumbered(try variants.index(of: run.figure.variant, in: "the model of \(path.escaped)"), of: variants)
    }
  }

  /// Refuses a variant's run that is not the one that is to go on, with both values of what differs.
  ///
  /// - Parameters:
  ///   - run: One of the file.
  ///   - planned: What is to go on, before it has seen an image.
  ///   - saving: What that is of.
  func check(_ run: SettledRun, like planned: SettledRun, _ saving: RunSaving) throws {
    let own = SavedRun(origin: saved.origin, runs: [run])
    let planned = saving.saved([planned])
    if let difference = RunIdentity(own).difference(from: RunIdentity(planned)) {
      throw Failure("\(path.escaped) is of another run: \(difference.words)")
    }
    guard own.partWords == planned.partWords else {
      throw Failure("\(path.escaped) is of another run: it holds \(own.partWords), but here are \(planned.partWords)")
    }
    guard run.figure.progress.isComplete || run.figure.progress.seen != nil else {
      throw Failure(
        "\(path.escaped): \(run.figure.variant.escaped) is not over, and it does not say which images it has seen")
    }
  }
}

extension RunIdentity.Difference {
  /// What a saved run says, and what is so here.
  var words: String { "its \(name) is \(own.escaped), but here it is \(other.escaped)" }
}
