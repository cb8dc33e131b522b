import Figures
import Networks
import Statistics

/// Images that a run was asked for at one activation, the first of them.
struct TellingImages {
  /// One image, with where on the map and in which channel it was found.
  struct Image {
    /// Its place in the source's order.
    var ordinal: Int
    var channel: Int
    /// `row * width + column` of the map.
    var position: Int
    /// The pair that was found; nil where many were counted.
    var pair: (x: Double, y: Double)?
    /// What was found, in words.
    var words: String
  }

  /// Where.
  var site: ActivationSite
  /// What was looked for.
  var sought: String
  /// Of how many pairs and images.
  var basis: String
  var images: [Image]

  /// What every answer about images holds, by activation.
  static func all(in run: SettledRun) -> [TellingImages] {
    let sites = run.figure.sites
    let groups = run.figure.findings.questions.compactMap { question -> (words: String, group: TellingImages)? in
      switch run.figure.findings[question] {
      case let finding as ExtremesFinding:
        guard case .extremes(let id, let order) = question, sites.indices.contains(id) else { return nil }
        return ("\(question)", TellingImages(finding, order, sites[id].site))
      case let finding as ExemplarsFinding:
        guard case .exemplars(let id, let region) = question, sites.indices.contains(id) else { return nil }
        return ("\(question)", TellingImages(finding, region, sites[id].site))
      default: return nil
      }
    }
    let scores = sites.map { $0.dynamicScore ?? 0 }
    // Where slopes vary most comes first.
    return groups.filter { !$0.group.images.isEmpty }.sorted { one, other in
      let (left, right) = (one.group.site.id, other.group.site.id)
      if scores[left] != scores[right] { return scores[left] > scores[right] }
      return (left, one.words) < (right, other.words)
    }.map(\.group)
  }

  /// What is known of one image, whatever site was asked for besides.
  static func finding(of ordinal: Int, in run: SettledRun) -> ImageFinding? {
    run.figure.findings.image(.image(ordinal: ordinal, site: nil)).flatMap { $0.images > 0 ? $0 : nil }
  }

  private init(_ finding: ExtremesFinding, _ order: ExtremeOrder, _ site: ActivationSite) {
    self.site = site
    sought = order.sentence
    basis = "\(NumberText.grouped(finding.pairs)) pairs in \(NumberText.grouped(finding.images)) images"
    images = finding.extremes.prefix(ReportQuestions.mostImages).map { pair in
      let (x, y) = (Double(pair.x), Double(pair.y))
      return Image(
        ordinal: pair.ordinal, channel: pair.channel, position: pair.position, pair: (x, y),
        words: "channel \(pair.channel): x = \(Self.number(x)) becomes y = \(Self.number(y)), a ReLU's would be "
          + Self.number(max(0, x)))
    }
  }

  private init(_ finding: ExemplarsFinding, _ region: PairRegion, _ site: ActivationSite) {
    self.site = site
    sought = "the images with most pairs in \(region.text)"
    basis = finding.summary
    images = finding.exemplars.prefix(ReportQuestions.mostImages).compactMap { exemplar in
      guard let channel = exemplar.channels.byCount.first, let position = exemplar.positions.byCount.first else {
        return nil
      }
      return Image(
        ordinal: exemplar.ordinal, channel: channel.index, position: position.index, pair: nil,
        words: "\(NumberText.grouped(exemplar.pairs)) pairs, \(NumberText.grouped(channel.count)) of them in channel "
          + "\(channel.index)")
    }
  }

  private static func number(_ value: Double) -> String { NumberText.fixed(value, decimals: 2) }
}

extension ExtremeOrder {
  /// `the pairs of largest |y - relu(x)|, one of each image`.
  var sentence: String { "the pairs of \(words), one of each image" }
}
