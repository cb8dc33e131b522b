import Export
import Figures
import Images
import Networks
import Streaming

/// A run without a screen: a progress line if standard error is a terminal, then the summary on standard output.
struct HeadlessRun {
  let model: Model
  let options: RunOptions
  let settings: RunSettings

  /// Runs one variant over all images, writes its files if an output was named, and prints its summary. Images left out
  /// are listed on standard error.
  func run(_ index: Int) throws {
    let variant = model.variants[index]
    let source = try ImageSource(paths: [options.images], labels: variant.labels)
    for failure in source.failures { printError("skipped \(failure)") }
    let pass = try Pass(variant, items: source.items, settings: settings)
    let line = ProgressLine()
    var progress = RunProgress(pass, imagesPerSecond: nil)
    pass.runToEnd { latest in
      progress = latest
      line.show(latest, of: variant.name)
    }
    line.clear()
    if let failure = pass.strictFailure { throw Failure("\(failure)") }
    let run = pass.settled(
      model: model.fileName, variants: model.variants.map(\.name), subject: Subject(variant: index),
      imagesPerSecond: progress.imagesPerSecond)
    options.printSkipped(run.figure.skipped)
    guard run.figure.classification.images > 0 else {
      throw Failure("\(options.images): none of the \(pass.items.count) images could be read")
    }
    // The files first: the summary says that they are there.
    if let output = options.output { try VariantExport.write(run, below: output) }
    print(SummaryText.text(run.figure))
  }
}
