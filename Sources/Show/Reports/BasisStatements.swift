import Figures
import Networks
import Statistics

/// On how many images, labels and positions a variant's numbers rest, and what was left out.
struct BasisStatements {
  private let run: SettledRun

  init(_ run: SettledRun) { self.run = run }

  /// Everything that limits what the numbers say.
  var sentences: [String] { progress + accuracy + [positions] + leftOut }

  private var figure: RunFigure { run.figure }

  private static func images(_ count: Int) -> String { NumberText.counted(count, "image") }

  private var progress: [String] {
    let progress = figure.progress
    var sentences: [String] = []
    if let part = figure.part {
      sentences.append(
        "This is no whole run, but \(part.words): the numbers are of its \(Self.images(progress.total)) of "
          + "\(NumberText.grouped(part.total)).")
    }
    if progress.state != .done {
      sentences.append(
        "The run ended after \(NumberText.grouped(progress.done)) of \(Self.images(progress.total)): the numbers are of those."
      )
    }
    if progress.skipped > 0 {
      sentences.append("\(Self.images(progress.skipped)) could not be read and count in nothing.")
    }
    return sentences
  }

  private var accuracy: [String] {
    let found = figure.classification
    guard let top1 = found.top1, let error = found.top1Error else {
      return ["None of \(Self.images(figure.progress.done)) has a class that the model knows: there is no accuracy."]
    }
    var sentences: [String] = []
    if found.labelled < found.images {
      sentences.append(
        "Accuracies are of \(NumberText.grouped(found.labelled)) labelled of \(Self.images(found.images)); everything else is "
          + "of all of them.")
    }
    sentences.append(
      "One image is \(NumberText.fixed(100 / Double(found.labelled), decimals: 2)) points of top-1, whose standard error is "
        + "\(NumberText.fixed(100 * error, decimals: 1)) points: "
        + "\(NumberText.percent(max(0, top1 - 2 * error))) to \(NumberText.percent(min(1, top1 + 2 * error))) is within two."
    )
    return sentences
  }

  private var positions: String {
    "Counted: \(RunSection.counted(run)), of \(Self.images(figure.progress.done))."
  }

  private var leftOut: [String] {
    var sentences: [String] = []
    func add(_ words: String, _ count: (SiteFigure) -> UInt64) {
      let sites = figure.sites.filter { count($0) > 0 }
      guard let first = sites.first else { return }
      let total = sites.reduce(0) { $0 + count($1) }
      let more = sites.count > 1 ? " and \(sites.count - 1) more" : ""
      sentences.append("\(NumberText.grouped(total)) \(words) at \(Statements.name(first.site))\(more).")
    }
    add("pairs of input and output with a NaN or an infinity, which no scatter shows,", \.notFinite)
    add("pairs of input and output beyond the largest range, which no scatter shows,", \.outsideRange)
    add("functions with slopes or intercepts that no mean can hold,") { UInt64($0.unusableFunctions ?? 0) }
    return sentences
  }
}
