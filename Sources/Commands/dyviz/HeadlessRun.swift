import Export
import Figures
import Foundation
import Images
import Networks
import Streaming

/// A run without a screen: a progress line if standard error is a terminal, then the summary on standard output.
struct HeadlessRun {
  let model: Model
  let options: RunOptions
  let settings: RunSettings

  /// Runs one variant over all images, writes its files if an output was named, and prints its summary. Images left out are listed on
  /// standard error.
  func run(_ index: Int) throws {
    let variant = model.variants[index]
    let source = try ImageSource(paths: [options.images], labels: variant.labels)
    for failure in source.failures { printError("skipped \(failure)") }
    let run = try VariantRun(variant, items: source.items, settings: settings)
    let showsProgress = isatty(STDERR_FILENO) == 1
    var progress = RunProgress(run, classification: nil, imagesPerSecond: nil)
    run.runToEnd { latest in
      progress = latest
      if showsProgress { printProgress(latest, variant: variant.name) }
    }
    if showsProgress { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
    if let failure = run.strictFailure { throw Failure("\(failure)") }
    let results = run.results()
    options.printSkipped(results.skipped)
    guard results.classification.images > 0 else {
      throw Failure("\(options.images): none of the \(run.items.count) images could be read")
    }
    progress.top1 = results.classification.top1
    progress.top5 = results.classification.top5
    let report = results.report(model: model.fileName, variant: variant.name)
    // The files first: the summary says that they are there.
    if let output = options.output { try VariantExport.write(report, below: output) }
    print(SummaryText.text(report, progress: progress))
  }

  private func printProgress(_ progress: RunProgress, variant: String) {
    let rate = progress.imagesPerSecond.map { String(format: " · %.0f/s", $0) } ?? ""
    let line = "\r\u{1B}[K\(variant): \(progress.done) of \(progress.total) images\(rate) · \(progress.skipped) skipped"
    FileHandle.standardError.write(Data(line.utf8))
  }
}
