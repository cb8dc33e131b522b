import Export
import Figures
import Networks
import Statistics
import Streaming

/// A run without a screen: a progress line if standard error is a terminal, then the summary on standard output.
struct HeadlessRun {
  let model: Model
  /// The image folder.
  let images: String
  let settings: RunSettings
  /// The folder for files; none are written without one.
  var output: String?
  /// Whether every channel is asked for.
  var withChannels = false

  /// Runs one variant over all images, writes its files if an output was named, and prints its summary.
  func run(_ index: Int) throws {
    var (run, images) = try counted(index)
    let skipped = SkippedList(run.figure.skipped, of: images.items)
    // The files first: what is printed says that they are there, and printing may end the program.
    do {
      try images.check(seen: run.figure.classification.images)
      if withChannels { run.add(try channels(model.variants[index], images)) }
      if let output { try VariantExport.write(run, below: output) }
    } catch {
      skipped.show()
      throw error
    }
    skipped.show()
    try Console.print(SummaryText.text(run.figure))
  }

  /// Runs one variant over all images; what was left out is the caller's to tell.
  func counted(_ index: Int) throws -> (run: SettledRun, images: HeadlessImages) {
    let variant = model.variants[index]
    let images = try HeadlessImages(self.images, labels: variant.labels, limit: settings.limit)
    let pass = try model.make(variant) { try Pass($0, items: images.items, settings: settings) }
    let progress = try pass.runHeadless()
    var run = pass.settled(
      model: model.fileName, variants: model.variants.map(\.name), subject: Subject(variant: index),
      imagesPerSecond: progress.imagesPerSecond)
    run.add(images.listing)
    return (run, images)
  }

  /// What each channel of every site does, and how far slopes depend on the class where images have one: a pass of its
  /// own.
  private func channels(_ variant: Variant, _ images: HeadlessImages) throws -> Findings {
    var questions = variant.shapes.sites.map { Question.channels(site: $0.id) }
    if images.items.contains(where: { $0.label != nil }) {
      questions.append(.slopeClasses(site: nil, classes: variant.labels.count))
    }
    return try answers(to: questions, variant, images)
  }

  /// Answers to late questions: each about changed networks in a pass of its own, all others in one.
  ///
  /// - Parameter known: The run with what changes need to know of the unchanged network.
  func answers(
    to questions: [Question], _ variant: Variant, _ images: HeadlessImages, known: SettledRun? = nil
  ) throws -> Findings {
    var found = Findings()
    let together = questions.filter { $0.whatIfs == nil }
    for group in [together] + questions.filter({ $0.whatIfs != nil }).map({ [$0] }) where !group.isEmpty {
      let known = Findings(group.flatMap(\.needs).compactMap { known?.finding($0) })
      let pass = try model.make(variant) {
        try Pass($0, questions: group, known: known, items: images.items, settings: settings)
      }
      _ = try pass.runHeadless()
      found.set(pass.findings(Set(group)))
    }
    return found
  }
}
