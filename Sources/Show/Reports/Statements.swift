import Figures
import Networks
import Statistics

/// What a variant's numbers say, and what they do not, in sentences made of these numbers alone.
struct Statements {
  let run: SettledRun
  private let index: SiteIndex

  init(_ run: SettledRun) {
    self.run = run
    index = SiteIndex(run.figure.sites)
  }

  /// What sentences of every variant lean on.
  static let terms = """
    How far slopes vary (\(Measure.dynamicScore.title)) is the root mean square, over channels and linear functions, of a slope's \
    standard deviation over the images: 0 for a function that is the same for every image. The width of a scatter does not show it: \
    channels with different functions that never change make one as wide. Whether a change of the network matters is judged by the \
    images that become right or wrong by it (McNemar's exact test): below 5 % of cases they tell.
    """

  /// Every topic with its sentences; those without any are left out.
  var topics: [(title: String, sentences: [String])] {
    [
      ("Is it dynamic?", dynamic), ("Where?", places), ("Does it matter?", EffectStatements(run).sentences),
      ("On what does this rest?", BasisStatements(run).sentences),
    ].filter { !$0.1.isEmpty }
  }

  private var sites: [SiteFigure] { run.figure.sites }

  /// Activations whose slopes are computed from the image, with how far they vary.
  var scores: [(site: SiteFigure, score: Double)] {
    sites.filter(\.site.activation.isDynamic).compactMap { site in site.dynamicScore.map { (site, $0) } }
  }

  /// `blocks.5.depthwise.act (block 5 · A2)`.
  static func name(_ site: ActivationSite) -> String {
    "\(site.node) (block \(site.place.block) · \(site.place.site))"
  }

  private static func number(_ value: Double) -> String { NumberText.fixed(value, decimals: 2) }

  /// `1 activation`, `2 activations`.
  static func activations(_ count: Int) -> String { "\(count) activation\(count == 1 ? "" : "s")" }

  private var dynamic: [String] {
    let computed = sites.count { $0.site.activation.isDynamic }
    guard computed > 0 else {
      return [
        "None of the \(Self.activations(sites.count)) computes its function from the image: each does the same to every image."
      ]
    }
    var sentences = ["\(computed) of \(Self.activations(sites.count)) compute their function from the image."]
    let ordered = scores.sorted { $0.score < $1.score }
    guard let most = ordered.last else { return sentences + ["No image has shown yet how far their slopes vary."] }
    guard most.score > 0 else { return sentences + ["None of their slopes differs from one image to another."] }
    let middle = Self.median(ordered.map(\.score)) ?? most.score
    sentences.append(
      "From image to image a slope deviates from its mean by \(Self.number(most.score)) at \(Self.name(most.site.site)), where "
        + "slopes vary most, and by \(Self.number(middle)) at the median of them.")
    if let half = most.site.outputAtHalf {
      sentences.append(
        "There x = 0.5 becomes \(Self.number(half.p10)) to \(Self.number(half.p90)) (p10 to p90) over images and channels; a ReLU "
          + "makes 0.50 of it always.")
    }
    return sentences
  }
}

extension Statements {
  private var places: [String] { [most, halves, names, differences].compactMap { $0 } }

  private var most: String? {
    let first = scores.sorted { $0.score > $1.score }.prefix(3).filter { $0.score > 0 }
    guard first.count > 1 else { return nil }
    return "Slopes vary most at "
      + first.map { "\(Self.name($0.site.site)) \(Self.number($0.score))" }.joined(separator: ", ") + "."
  }

  /// Of numbers in rising order: the middle one, or the mean of the middle two; nil for none.
  static func median(_ sorted: [Double]) -> Double? {
    guard !sorted.isEmpty else { return nil }
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }

  private static func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  /// The numbered blocks, the lower half without the middle one of an odd number.
  private var bothHalves: (lower: Set<Int>, upper: Set<Int>, words: (String, String))? {
    let blocks = index.numberedBlocks
    let half = blocks.count / 2
    guard half >= 2 else { return nil }
    let (lower, upper) = (blocks.prefix(half), blocks.suffix(half))
    func words(_ blocks: ArraySlice<Int>) -> String { "blocks \(blocks.first ?? 0) to \(blocks.last ?? 0)" }
    return (Set(lower), Set(upper), (words(lower), words(upper)))
  }

  private var halves: String? {
    guard let halves = bothHalves, scores.contains(where: { $0.score > 0 }) else { return nil }
    func score(_ blocks: Set<Int>) -> Double? {
      Self.mean(scores.filter { blocks.contains($0.site.site.place.block) }.map(\.score))
    }
    guard let lower = score(halves.lower), let upper = score(halves.upper) else { return nil }
    return "The mean of that number is \(Self.number(lower)) in \(halves.words.0) and \(Self.number(upper)) in "
      + "\(halves.words.1)."
  }

  /// By the sites' name in their blocks, where names recur.
  private var names: String? {
    var groups: [(name: String, scores: [Double])] = []
    for (site, score) in scores {
      let name = site.site.place.site
      if let index = groups.firstIndex(where: { $0.name == name }) {
        groups[index].scores.append(score)
      } else {
        groups.append((name, [score]))
      }
    }
    let recurring = groups.filter { $0.scores.count > 1 }.sorted { $0.name < $1.name }.prefix(6)
    guard recurring.count > 1, scores.contains(where: { $0.score > 0 }) else { return nil }
    let parts = recurring.map { "\($0.name) \(Self.number(Self.mean($0.scores) ?? 0))" }
    return "By the activations' names it is in the mean " + parts.joined(separator: ", ") + "."
  }

  /// The slope differences of the sites that Fig. 3 (bottom) is of.
  private var differences: String? {
    guard !scores.isEmpty, let halves = bothHalves, let name = index.preferredName, index.recurringName(name) == name
    else { return nil }
    func difference(_ blocks: Set<Int>) -> Double? {
      Self.mean(
        sites.filter { $0.site.place.site == name && blocks.contains($0.site.place.block) }.compactMap {
          $0.slopeDifference?.mean
        })
    }
    guard let lower = difference(halves.lower), let upper = difference(halves.upper) else { return nil }
    return "\(Measure.slopeDifference.title) of \(name) is in the mean \(Self.number(lower)) in \(halves.words.0) and "
      + "\(Self.number(upper)) in \(halves.words.1); the paper's decreases from lower to higher blocks."
  }
}
