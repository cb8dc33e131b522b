import Figures
import Networks
import PlainText
import Statistics

/// What was run: the model, the images and how they were counted, with the fingerprints of both.
struct RunSection {
  let saved: SavedRun

  var html: HTML {
    .element(
      "section", ["aria-labelledby": "run"], .element("h2", ["id": "run"], "What was run"), facts,
      accuracies.html, remarks, .element("h3", [:], "The claims of section 5.2"), claims.html,
      .element("p", class: "quiet", .text(Self.paperWords)))
  }

  private var facts: HTML {
    var parts: [HTML] = []
    func add(_ term: String, _ descriptions: [HTML]) {
      parts.append(.element("dt", [:], .text(term)))
      parts += descriptions.map { .element("dd", [:], $0) }
    }
    let files = saved.origin.model.map { file in
      HTML.element("span", [:], .text("\(file.name), SHA-256 "), .element("span", class: "code", .text(file.sha256)))
    }
    add(saved.origin.model.count == 1 ? "Model" : "Models", files)
    add("Variants", [.text(saved.unchanged.map(\.figure.variant).joined(separator: ", "))])
    let images = Set(saved.unchanged.map { Self.images($0.figure.progress) }).sorted().map { HTML.text($0) }
    let paths = HTML.element(
      "span", [:], "SHA-256 of their paths ", .element("span", class: "code", .text(saved.origin.images)))
    add("Images", images + [paths])
    add("Counted", counted.map { HTML.text($0) })
    let sets = Set(saved.unchanged.compactMap(\.instructionSet)).sorted()
    add(
      "Program",
      [.text(saved.origin.program + (sets.isEmpty ? "" : ", kernels for " + sets.joined(separator: " and ")))])
    return .element("dl", all: parts)
  }

  /// What is counted, with the variants where they differ in it.
  private var counted: [String] {
    var ways: [(words: String, variants: [String])] = []
    for run in saved.unchanged {
      let words = Self.counted(run)
      if let index = ways.firstIndex(where: { $0.words == words }) {
        ways[index].variants.append(run.figure.variant)
      } else {
        ways.append((words, [run.figure.variant]))
      }
    }
    return ways.map { (ways.count > 1 ? $0.variants.joined(separator: ", ") + ": " : "") + $0.words }
  }

  /// `1,000 of 1,000 went through the network, 0 were skipped`.
  static func images(_ progress: RunProgress) -> String {
    "\(NumberText.grouped(progress.done)) of \(NumberText.grouped(progress.total)) went through the network, "
      + "\(NumberText.grouped(progress.skipped)) skipped"
  }

  /// Which share of the inputs and outputs is counted.
  static func counted(_ run: SettledRun) -> String {
    let shares = run.figure.sites.map(\.share)
    guard let least = shares.min(), least < 1 else { return "every input and output of every activation" }
    return "every input and output of \(shares.count { $0 == 1 }) of \(shares.count) activations, of the others "
      + "\(NumberText.percent(least)) of each image's positions or more; slopes and intercepts of every image and channel"
  }

  /// A row for each variant: what it is worth and how dynamic it is.
  var accuracies: PageTable {
    PageTable(
      caption: "Accuracies, and how far slopes vary",
      columns: [
        PageTable.Column("variant"), .number("images"), .number("with a class"), .number("top-1"),
        .number("its standard error, points", help: "sqrt(p (1 - p) / n)"), .number("top-5"),
        .number("\(Measure.dynamicScore.title), median", help: Measure.dynamicScore.help),
        .number("\(Measure.dynamicScore.title), most", help: Measure.dynamicScore.help),
        .number("top-1, all frozen", help: "every dynamic activation at the means of its slopes and intercepts"),
      ],
      rows: saved.unchanged.map(accuracy))
  }

  private func accuracy(_ run: SettledRun) -> PageTable.Row {
    let found = run.figure.classification
    let error = found.top1Error
    let scores = Statements(run).scores.map(\.score).sorted()
    let frozen = run.whatIf?.rows.first { $0.ablation.order == .all && $0.ablation.whatIf.change == .frozen }
    return PageTable.Row([
      .head(run.figure.variant), .count(found.images), .count(found.labelled), .percent(run.figure.progress.top1),
      .number(NumberText.fixed(error.map { 100 * $0 }, decimals: 1), error), .percent(run.figure.progress.top5),
      .fixed(Statements.median(scores)), .fixed(scores.last),
      .percent(frozen?.effect.classification.top1),
    ])
  }

  /// What makes numbers doubtful, each once.
  private var remarks: HTML {
    var remarks: [String] = []
    for remark in saved.unchanged.flatMap(\.figure.listing.remarks) where !remarks.contains(remark) {
      remarks.append(remark)
    }
    return .element("div", all: remarks.map { .element("p", [:], .text($0)) })
  }

  /// The paper's claims, then a row for each variant.
  var claims: PageTable {
    var table = PageTable(
      caption: "Shares of the activation functions",
      columns: [
        PageTable.Column("variant"),
        .number("functions", help: "one for each image, activation and coefficient channel"),
        .number("a slope below 0 or above 1"), .number("an |intercept| above \(Measure.interceptLimit)"),
      ],
      rows: [
        PageTable.Row([
          .head("the paper"), .number(NumberText.absent, nil), .number("51 %", ClaimsFigure.paper.slopes),
          .number("37 %", ClaimsFigure.paper.intercepts),
        ])
      ])
    table.rows += saved.unchanged.map { run in
      let claims = run.figure.claims
      return PageTable.Row([
        .head(run.figure.variant), .count(claims.functions), .percent(claims.slopeOutsideUnitShare),
        .percent(claims.interceptShare),
      ])
    }
    return table
  }

  private static let paperWords = """
    The paper's are of MobileNetV2 x0.35 on 50,000 validation images of ImageNet, and of intercepts above \
    \(Measure.interceptLimit) without their magnitude. Here every activation with slopes and intercepts counts, static ones too.
    """
}
