import Figures
import Networks
import PlainText
import Statistics

/// What a figure is of, in words made from its numbers alone: they stand below it and in the file's description.
struct FigureFacts {
  private let order: FigureOrder
  private let overview: SiteIndex.Overview
  private let run: SettledRun
  private let other: SettledRun?
  private let names: (String, String)

  init(
    _ order: FigureOrder, _ overview: SiteIndex.Overview, run: SettledRun, beside other: SettledRun?,
    names: (String, String)
  ) {
    self.order = order
    self.overview = overview
    self.run = run
    self.other = other
    self.names = names
  }

  /// What the figure is.
  var title: String {
    let subject = "\(names.0) of \(run.figure.model)"
    return switch order.kind {
    case .fig3: "Outputs over inputs, and slope differences, of \(subject)"
    case .scatter: "Outputs over inputs of \(subject)"
    case .bars: "\(order.measure.axisTitle(isLabelled: run.figure.progress.top1 != nil)) of \(subject)"
    case .channels: "Functions of the channels of \(subject)"
    case .compare: "\(names.0) and \(names.1) of \(run.figure.model)"
    }
  }

  /// Sentences, from what is shown to what it was counted on.
  func sentences(of content: FigureContent) -> [String] {
    var sentences: [String] = []
    if order.kind.hasScatters { sentences.append(panes) }
    if order.kind.hasScatters { sentences += densities + [lines] }
    if let bars = content.bars, bars.chart.absence == nil { sentences.append(self.bars(bars)) }
    if content.kinds != nil {
      sentences.append(
        "Lines: each channel's function at its mean slopes and intercepts over the images, coloured by its kind.")
    }
    sentences += counted(run, called: names.0)
    if let other { sentences += counted(other, called: names.1) }
    return sentences
  }

  /// `Outputs y over inputs x of A2 (after the depthwise convolution; DY-ReLU-B, K 2), blocks 1, 3, 5.`
  private var panes: String {
    let activations = overview.sites.map(\.site)
    var kinds: [String] = []
    for activation in activations.map(\.activation) {
      let kind = activation.kind + (activation.hasCoefficients ? ", K \(activation.functions)" : "")
      if !kinds.contains(kind) { kinds.append(kind) }
    }
    let roles = Set(activations.map(\.role))
    let role = roles.count == 1 ? roles.first??.afterWords : nil
    let inside = [role, kinds.prefix(4).joined(separator: " · ") + (kinds.count > 4 ? " …" : "")].compactMap { $0 }
      .joined(separator: "; ")
    guard let name = overview.name else {
      let nodes = activations.count == 1 ? activations.first.map { " " + $0.node } ?? "" : "s"
      return "Outputs y over inputs x of the activation\(nodes) (\(inside))."
    }
    let blocks = activations.map { String($0.place.block) }.joined(separator: ", ")
    return "Outputs y over inputs x of \(name) (\(inside)), block\(activations.count == 1 ? "" : "s") \(blocks)."
  }

  private var densities: [String] {
    let levels =
      switch order.scale {
      case .log: "each colour stands for twice as many inputs as the next lighter one"
      case .linear: "colours in equal steps of the number of inputs"
      case .equalised: "as many pixels of each colour"
      }
    let share = overview.sites.map(\.share).min() ?? 1
    let counted =
      share < 1
      ? "of some sites a share of \(NumberText.percent(share)) or more of the positions is counted"
      : "every element is counted"
    let words = order.theme == .dark ? levels.replacing("lighter", with: "darker") : levels
    if other != nil {
      return [
        "Density of shares of all pairs on levels that both share, \(words); \(counted).",
        "Difference: shares of \(names.1) minus those of \(names.0), orange more, blue less, each colour twice the next.",
      ]
    }
    return ["Density up to the fullest pixel of each scatter, \(words); \(counted)."]
  }

  private var lines: String { "Red: y = x and y = -x." }

  private func bars(_ bars: FigureContent.Bars) -> String {
    let measured =
      switch order.measure {
      case .slopeDifference: "mean of \(Measure.slopeDifference.title) over images and channels, whiskers p10 to p90"
      case .dynamic: Measure.dynamicScore.help
      case .byClass: Measure.byClassHelp
      case .effect: bars.title
      }
    let pairs = bars.names.isEmpty ? "" : "; left \(names.0), right \(names.1)"
    return "Bars: \(measured)\(pairs)."
  }

  /// `dyrelu-b of model.bin: 1,000 images, top-1 81.5 % of 990 labelled of 1,000 images.`
  private func counted(_ run: SettledRun, called name: String) -> [String] {
    let (figure, found) = (run.figure, run.figure.classification)
    var parts = [NumberText.counted(figure.progress.done, "image")]
    if figure.progress.skipped > 0 { parts.append("\(NumberText.grouped(figure.progress.skipped)) skipped") }
    if let top1 = figure.progress.top1 { parts.append("top-1 \(NumberText.percent(top1))\(found.basis)") }
    if figure.progress.state == .running { parts.append("the run was going on") }
    if let part = figure.part { parts.append(part.words) }
    let outliers = overview.sites.compactMap { site in figure.sites.first { $0.site.place == site.site.place } }
    let lost = outliers.reduce(0) { $0 + $1.outsideRange + $1.notFinite }
    if order.kind.hasScatters, lost > 0 {
      parts.append("\(NumberText.grouped(lost)) pairs not shown (not finite, or beyond 2^20)")
    }
    return ["\(name) of \(figure.model): " + parts.joined(separator: ", ") + "."]
  }
}

extension ConvolutionRole {
  /// `after the depthwise convolution`.
  fileprivate var afterWords: String { "after the \(rawValue) convolution" }
}
