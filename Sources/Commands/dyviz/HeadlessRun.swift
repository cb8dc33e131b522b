import Export
import Figures
import Images
import Networks
import Statistics
import Streaming

/// A run without a screen: a progress line if standard error is a terminal, then the summary on standard output.
struct HeadlessRun {
  let model: Model
  let images: ImageCatalog
  let settings: RunSettings
  /// The folder for files; none are written without one.
  var output: String?
  /// Whether every channel is asked for.
  var withChannels = false

  /// Runs variants, one after the other, and saves what was found where a file for that was named.
  func run(_ indices: [Int], saving save: OutputPath?, models: [String]) throws {
    if images.request.isStream { try checkOnce(indices) }
    let files = try save.map { _ in try RunSaving.fingerprints(models) } ?? []
    var runs: [SettledRun] = []
    for index in indices {
      let (run, images) = try run(index)
      guard let save else { continue }
      runs.append(run)
      // After each variant: what was counted is not lost where the next one fails.
      try RunSaving(save, models: files, images: images).write(runs)
    }
  }

  /// Runs one variant over all images, writes its files if an output was named, and prints its summary.
  private func run(_ index: Int) throws -> (SettledRun, [ImageItem]) {
    var (run, images) = try counted(index)
    let skipped = SkippedList(run.figure.skipped, of: images.items)
    // The files first: what is printed says that they are there, and printing may end the program.
    do {
      try images.check(seen: run.figure.classification.images)
      if withChannels { try addChannels(to: &run, model.variants[index], images) }
      if let output { try VariantExport.write(run, below: output) }
    } catch {
      skipped.show()
      throw error
    }
    skipped.show()
    try Console.print(SummaryText.text(run.figure))
    return (run, images.all)
  }

  /// Runs one variant over all images; what was left out is the caller's to tell.
  func counted(_ index: Int) throws -> (run: SettledRun, images: HeadlessImages) {
    let variant = model.variants[index]
    guard !self.images.request.isStream else { return try streamed(index) }
    let images = try HeadlessImages(self.images, labels: variant.labels, limit: settings.limit)
    let pass = try model.make(variant) { try Pass($0, items: images.all, settings: settings) }
    let progress = try pass.runHeadless()
    return (settled(pass, index, images, progress), images)
  }

  /// The same over images that come once.
  private func streamed(_ index: Int) throws -> (run: SettledRun, images: HeadlessImages) {
    let variant = model.variants[index]
    let stream = try self.images.stream(labels: variant.labels, limit: settings.limit, limits: settings.limits)
    let pass = try model.make(variant) { try Pass($0, stream: stream, settings: settings) }
    let progress = try pass.runHeadless()
    let (source, places) = try stream.finished()
    pass.arrange(source, places: places)
    let images = HeadlessImages(source, name: self.images.request.name)
    return (settled(pass, index, images, progress), images)
  }

  private func settled(_ pass: Pass, _ index: Int, _ images: HeadlessImages, _ progress: RunProgress) -> SettledRun {
    var run = pass.settled(
      model: model.fileName, variants: model.variants.map(\.name), subject: Subject(variant: index),
      imagesPerSecond: progress.imagesPerSecond)
    run.add(images.listing)
    return run
  }

  /// An error where images that come once are needed more often.
  private func checkOnce(_ indices: [Int]) throws {
    guard indices.count == 1 else {
      throw Failure(
        "standard input gives images once, and here are \(indices.count) variants: choose one with --variant NAME, or name the archive as a file"
      )
    }
    guard !withChannels else {
      throw Failure("--channels goes through the images a second time: \(ImageCatalog.comesOnce)")
    }
  }

  /// The same, with what was left out told on standard error; an error where no image was seen.
  func told(_ index: Int) throws -> (run: SettledRun, images: HeadlessImages) {
    let (run, images) = try counted(index)
    SkippedList(run.figure.skipped, of: images.items).show()
    try images.check(seen: run.figure.classification.images)
    return (run, images)
  }

  /// What each channel of every site does, and how far slopes depend on the class where images have one: a pass of its
  /// own.
  private func addChannels(to run: inout SettledRun, _ variant: Variant, _ images: HeadlessImages) throws {
    var questions = variant.shapes.sites.map { Question.channels(site: $0.id) }
    if let classes = images.classes(of: variant) { questions.append(.slopeClasses(site: nil, classes: classes)) }
    try answer(questions, in: &run, variant, images)
  }

  /// Adds answers to late questions to a run: each about changed networks or some images in a pass of its own, all
  /// others in one.
  func answer(
    _ questions: [Question], in run: inout SettledRun, _ variant: Variant, _ images: HeadlessImages
  ) throws {
    func isAlone(_ question: Question) -> Bool { question.whatIfs != nil || question.images != nil }
    let groups = [questions.filter { !isAlone($0) }] + questions.filter(isAlone).map { [$0] }
    for group in groups where !group.isEmpty {
      guard !self.images.request.isStream else { throw ImageCatalog.comesOnce }
      let known = Findings(group.flatMap(\.needs).compactMap { run.finding($0) })
      let pass = try model.make(variant) {
        try Pass($0, questions: group, known: known, items: images.all, settings: settings)
      }
      _ = try pass.runHeadless()
      run.add(pass, group)
    }
  }
}
