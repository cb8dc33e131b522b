import Figures
import Networks
import Reports
import Statistics
import SyntheticRuns

/// Runs made of formulas alone, and the reports of them.
enum ReportSamples {
  static let origin = SavedRun.Origin(
    program: "dyviz 0", model: [SavedRun.Origin.File(name: "model.bin", sha256: String(repeating: "0a", count: 32))],
    images: String(repeating: "1b", count: 32))

  /// How 400 images were classified, of which a quarter has no label.
  static func classification(images: Int = 400) -> ClassificationStatistics {
    var found = ClassificationStatistics()
    for image in 0..<images {
      let best = image % 9 == 0 ? 1 : 0
      found.add(logits: (0..<10).map { $0 == best ? 4 : Float($0) / 16 }, label: image % 4 == 3 ? nil : 0)
    }
    return found
  }

  /// A variant's run with answers to late questions.
  static func run(
    variant: Int = 1, isStatic: Bool = false, names: SourceNames = SyntheticRun.names,
    asking questions: (SettledRun) -> [Question] = { _ in [] }
  ) -> SettledRun {
    // The first two sites that Fig. 3 shows.
    var figure = SyntheticRun.snapshot(variant: variant, densities: isStatic ? [] : [1, 6], isStatic: isStatic)
    figure.names = names
    figure.add(Findings([classification()]))
    figure.progress.done = 400
    figure.progress.total = 402
    figure.progress.skipped = 2
    var run = SettledRun(figure, isExact: false, instructionSet: "avx2") { _ in nil }
    let sites = figure.sites.map(\.site)
    for question in questions(run) {
      if let finding = SyntheticRun.late(question, of: sites, images: 40) { run.add(Findings([finding]), [:]) }
    }
    return run
  }

  /// The same with everything that a report asks of a run itself.
  static func fullRun(names: SourceNames = SyntheticRun.names) -> SettledRun {
    var run = run(names: names) { run in
      ReportQuestions.images(of: run) + [ReportQuestions.changes(of: run.figure.sites.map(\.site))].compactMap { $0 }
    }
    let sites = run.figure.sites.map(\.site)
    for question in ReportQuestions.functions(in: run) {
      if let finding = SyntheticRun.late(question, of: sites) { run.add(Findings([finding]), [:]) }
    }
    return run
  }

  /// A dynamic variant with everything, and a static one of which nothing was asked.
  static let saved = SavedRun(
    origin: origin, runs: [fullRun(), run(variant: 3, isStatic: true)],
    marks: [.site(SitePlace(block: 3, site: "A2")), .image(7)])
}
