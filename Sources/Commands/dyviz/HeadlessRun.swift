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
  /// Where the run is saved; nil where it is not.
  var saving: RunSavingPlan?

  /// Runs variants, one after the other, and saves what was found where a file for that was named.
  func run(_ indices: [Int]) throws {
    if images.request.isStream { return try runOnce(indices) }
    let earlier = try earlierRuns(indices)
    var keeping: RunKeeping?
    for index in indices {
      let images = try listed(index)
      if keeping == nil { keeping = saving?.keeping(images.all, known: earlier) }
      let own = earlier.first { $0.figure.subject == Subject(variant: index) }
      let run = try run(index, images, after: own, keeping: keeping)
      let isOld = own.map { $0.figure.progress.isComplete && $0.figure.late == run.figure.late } ?? false
      try keeping?.finish(run, isWritten: isOld && saving?.goesOnInPlace == true)
    }
  }

  /// What an earlier run knows, every variant that is to be run compared with what it would be.
  private func earlierRuns(_ indices: [Int]) throws -> [SettledRun] {
    guard let saving, let earlier = saving.earlier else { return [] }
    let runs = try earlier.runs(of: model.variants.map(\.name))
    for index in indices {
      guard let own = runs.first(where: { $0.figure.subject == Subject(variant: index) }) else { continue }
      let source = try images.source(labels: model.variants[index].labels)
      try earlier.check(own, like: unseen(index, source), saving.saving(source.items))
    }
    return runs
  }

  /// Runs the one variant over images that come once.
  private func runOnce(_ indices: [Int]) throws {
    try checkOnce(indices)
    var (run, images) = try streamed(indices[0])
    try tell(&run, indices[0], images)
    try saving?.keeping(images.all, known: []).finish(run, isWritten: false)
  }

  /// The images, with the classes that a variant knows.
  func listed(_ index: Int) throws -> HeadlessImages {
    try HeadlessImages(images, labels: model.variants[index].labels, limit: settings.limit)
  }

  /// Runs one variant over all images, writes its files if an output was named, and prints its summary.
  private func run(
    _ index: Int, _ images: HeadlessImages, after earlier: SettledRun?, keeping: RunKeeping?
  ) throws -> SettledRun {
    var run = try counted(index, images, after: earlier, keeping: keeping)
    try tell(&run, index, images, keeping: keeping)
    return run
  }

  /// Writes a variant's files if an output was named, and prints its summary.
  private func tell(
    _ run: inout SettledRun, _ index: Int, _ images: HeadlessImages, keeping: RunKeeping? = nil
  ) throws {
    let skipped = SkippedList(run.figure.skipped, of: images.all)
    // The files first: what is printed says that they are there, and printing may end the program.
    do {
      try images.check(seen: run.figure.classification.images, of: settings)
      if withChannels { try addChannels(to: &run, model.variants[index], images, keeping: keeping) }
      if let output { try VariantExport.write(run, below: output) }
    } catch {
      skipped.show()
      throw error
    }
    skipped.show()
    try Console.print(SummaryText.text(run.figure))
  }

  /// Runs one variant over all images, or those that an earlier run has not seen; what was left out is the caller's to
  /// tell.
  private func counted(
    _ index: Int, _ images: HeadlessImages, after earlier: SettledRun? = nil, keeping: RunKeeping? = nil
  ) throws -> SettledRun {
    if let earlier, earlier.figure.progress.isComplete { return earlier }
    let pass = try model.make(model.variants[index]) {
      try Pass($0, items: images.all, settings: settings, without: earlier?.figure.progress.seen ?? ImageSet())
    }
    func known(_ imagesPerSecond: Double? = nil) throws -> SettledRun {
      var run = settled(pass, index, images, imagesPerSecond)
      guard let earlier else { return run }
      try run.merge(earlier.standingOfSeen)
      run.add(earlier.late.findings, earlier.late.progress)
      return run
    }
    let progress = try pass.runHeadless(
      after: earlier?.figure.progress, keep: keeping.map { PassKeeping(keeping: $0) { try known() } })
    return try known(progress.imagesPerSecond)
  }

  /// Runs one variant over images that come once.
  private func streamed(_ index: Int) throws -> (run: SettledRun, images: HeadlessImages) {
    let variant = model.variants[index]
    let stream = try self.images.stream(labels: variant.labels, limit: settings.limit, limits: settings.limits)
    let pass = try model.make(variant) { try Pass($0, stream: stream, settings: settings) }
    let progress = try pass.runHeadless()
    let (source, places) = try stream.finished()
    pass.arrange(source, places: places)
    let images = HeadlessImages(source, name: self.images.request.name)
    return (settled(pass, index, images, progress.imagesPerSecond), images)
  }

  private func settled(
    _ pass: Pass, _ index: Int, _ images: HeadlessImages, _ imagesPerSecond: Double?
  ) -> SettledRun {
    var run = pass.settled(
      model: model.fileName, variants: model.variants.map(\.name), subject: Subject(variant: index),
      imagesPerSecond: imagesPerSecond)
    run.add(images.listing)
    return run
  }

  /// An error where images that come once are needed more often, or their number before the end.
  private func checkOnce(_ indices: [Int]) throws {
    guard indices.count == 1 else {
      throw Failure(
        "standard input gives images once, and here are \(indices.count) variants: choose one with --variant NAME, or name the archive as a file"
      )
    }
    guard !withChannels else {
      throw Failure("--channels goes through the images a second time: \(ImageCatalog.comesOnce)")
    }
    guard settings.share == nil else {
      throw Failure("--shard needs to know how many images there are: \(ImageCatalog.comesOnce)")
    }
  }

  /// Runs one variant over all images, with what was left out told on standard error; an error where no image was seen.
  func told(_ index: Int) throws -> (run: SettledRun, images: HeadlessImages) {
    let (run, images) = try seen(index)
    SkippedList(run.figure.skipped, of: images.all).show()
    try images.check(seen: run.figure.classification.images, of: settings)
    return (run, images)
  }

  private func seen(_ index: Int) throws -> (run: SettledRun, images: HeadlessImages) {
    if images.request.isStream { return try streamed(index) }
    let images = try listed(index)
    return (try counted(index, images), images)
  }

  /// What each channel of every site does, and how far slopes depend on the class where images have one: a pass of its
  /// own.
  private func addChannels(
    to run: inout SettledRun, _ variant: Variant, _ images: HeadlessImages, keeping: RunKeeping?
  ) throws {
    var questions = variant.shapes.sites.map { Question.channels(site: $0.id) }
    if let classes = images.classes(of: variant) { questions.append(.slopeClasses(site: nil, classes: classes)) }
    try answer(questions, in: &run, variant, images, keeping: keeping)
  }

  /// Adds answers to late questions to a run: each about changed networks or some images in a pass of its own, all
  /// others in one. What the run knows already is not asked again.
  func answer(
    _ questions: [Question], in run: inout SettledRun, _ variant: Variant, _ images: HeadlessImages,
    keeping: RunKeeping? = nil
  ) throws {
    func isAlone(_ question: Question) -> Bool { question.whatIfs != nil || question.images != nil }
    let groups = [questions.filter { !isAlone($0) }] + questions.filter(isAlone).map { [$0] }
    for group in groups where !group.isEmpty {
      guard !self.images.request.isStream else { throw ImageCatalog.comesOnce }
      let earlier = run.earlier(group)
      if let earlier, earlier.progress.isComplete { continue }
      let needed = Findings(group.flatMap(\.needs).compactMap { run.finding($0) })
      let pass = try model.make(variant) {
        try Pass(
          $0, questions: group, known: needed, items: images.all, settings: settings,
          without: earlier?.progress.seen ?? ImageSet())
      }
      let known = run
      func answered() throws -> SettledRun {
        var answered = known
        if let earlier { try answered.add(pass, group, after: earlier) } else { answered.add(pass, group) }
        return answered
      }
      _ = try pass.runHeadless(
        after: earlier?.progress, keep: keeping.map { PassKeeping(keeping: $0, run: answered) })
      run = try answered()
    }
  }

  /// A variant's run before it has seen an image or was asked anything.
  func unseen(_ index: Int, _ source: ImageSource) -> SettledRun {
    let variant = model.variants[index]
    let count = source.items.count
    var figure = RunFigure(
      model: model.fileName, variants: model.variants.map(\.name), subject: Subject(variant: index),
      progress: RunProgress(seen: ImageSet(), skipped: 0, total: settings.images(of: count).count),
      sites: variant.shapes.sites.map { SiteFigure(unseen: $0) })
    figure.names = SourceNames(source.items, settings.known(of: count), of: variant)
    figure.part = settings.part(of: count)
    figure.listing = source.listing
    return SettledRun(
      figure, isExact: settings.exact, instructionSet: settings.kernels.instructionSet.rawValue, densities: []
    ) { _ in nil }
  }
}
