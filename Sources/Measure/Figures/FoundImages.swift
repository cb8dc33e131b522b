import Networks
import Statistics

/// What an image is called in tables.
public struct ImageName: Sendable, Equatable {
  /// Its path below the image folder.
  public var path: String
  /// The class that its folder names; nil where there is none.
  public var label: String?

  /// A name.
  public init(path: String, label: String?) {
    self.path = path
    self.label = label
  }
}

/// The images that were found at a site, as a table and as text: what lies behind a part of its scatter.
public struct FoundImages: Sendable {
  /// A row for each image, in the finding's order.
  public let table: Table
  /// Everything found in one line.
  public let summary: String

  /// The images with most pairs in a region: the first `top` of them.
  ///
  /// - Parameters:
  ///   - finding: What was found.
  ///   - site: Where.
  ///   - top: Rows at most.
  ///   - name: An image's name, by its place in the source's order.
  public init(_ finding: ExemplarsFinding, at site: ActivationSite, top: Int, name: (Int) -> ImageName) {
    var table = Table(
      name: "found",
      columns: ["block", "site", "node", "rank", "path", "label", "pairs", "channels", "positions"])
    for (index, exemplar) in finding.exemplars.prefix(top).enumerated() {
      table.append(
        Self.start(site, rank: index + 1, name(exemplar.ordinal)) + exemplar.countCells)
    }
    self.table = table
    summary = finding.summary
  }

  /// The most extreme pairs, one of each image: the first `top` of them.
  public init(_ finding: ExtremesFinding, at site: ActivationSite, top: Int, name: (Int) -> ImageName) {
    var table = Table(
      name: "found",
      columns: ["block", "site", "node", "rank", "path", "label", "x", "y", "gain", "channel", "position"])
    for (index, pair) in finding.extremes.prefix(top).enumerated() {
      table.append(
        Self.start(site, rank: index + 1, name(pair.ordinal)) + [
          .number(Double(pair.x)), .number(Double(pair.y)), .number(pair.gain), .integer(pair.channel),
          .integer(pair.position),
        ])
    }
    self.table = table
    summary =
      "\(NumberText.grouped(finding.pairs)) pairs in \(NumberText.grouped(finding.images)) images, "
      + "\(site.shape.channels) channels" + Self.notFinite(finding.notFinite)
  }

  private static func start(_ site: ActivationSite, rank: Int, _ image: ImageName) -> [Table.Cell] {
    site.nameCells + [.integer(rank), .text(image.path), .optional(image.label)]
  }

  fileprivate static func notFinite(_ count: UInt64) -> String {
    count == 0 ? "" : ", \(NumberText.grouped(count)) pairs not finite"
  }
}

extension SettledRun {
  /// `exemplars`: the images behind every part of a scatter that was asked about and that all images of the run were
  /// seen for; nil where none was.
  var exemplars: Table? {
    let found = figure.findings.questions.compactMap { figure.findings.answer($0, as: ExemplarsFinding.self) }
      .filter { $0.images == figure.classification.images }.sorted { "\($0.question)" < "\($1.question)" }
    guard !found.isEmpty else { return nil }
    var table = Table(
      name: "exemplars",
      columns: [
        "block", "site", "node", "x_lower", "x_upper", "y_lower", "y_upper", "rank", "path", "label", "pairs",
        "channels",
        "positions",
      ])
    let names = figure.names ?? SourceNames(images: [], classes: [])
    for finding in found {
      guard case .exemplars(let id, let region) = finding.question, figure.sites.indices.contains(id) else { continue }
      func end(_ value: Float?) -> Table.Cell { .optional(value.map(Double.init)) }
      for (index, exemplar) in finding.exemplars.enumerated() {
        table.append(
          figure.sites[id].site.nameCells + [
            end(region.x.lower), end(region.x.upper), end(region.y.lower), end(region.y.upper), .integer(index + 1),
            .text(names.image(exemplar.ordinal)), .optional(names.labelName(ofImage: exemplar.ordinal)),
          ] + exemplar.countCells)
      }
    }
    return table
  }
}

extension ExtremeOrder {
  /// By what pairs are ordered.
  public var words: String {
    switch self {
    case .gain: "largest |y - relu(x)|"
    case .largest: "largest y"
    case .smallest: "smallest y"
    }
  }
}

extension Exemplar {
  /// Pairs, by channel and by position, the last columns of every table of exemplars.
  fileprivate var countCells: [Table.Cell] { [.integer(pairs), .text(channels.text), .text(positions.text)] }
}

extension ExemplarsFinding {
  /// `1,204 pairs of 6,144,000 (0.020 %) in 37 of 1,000 images, 5 of 96 channels`.
  public var summary: String {
    let share = ShareFigure(part: found, whole: pairs).share
    return "\(NumberText.grouped(found)) pairs of \(NumberText.grouped(pairs))"
      + (share.map { " (" + NumberText.fixed($0 * 100, decimals: 3) + " %)" } ?? "")
      + " in \(NumberText.grouped(matchingImages)) of \(NumberText.grouped(images)) images, "
      + "\(matchingChannels) of \(byChannel.count) channels" + FoundImages.notFinite(notFinite)
  }
}

extension SparseCounts {
  /// `17 (290), 4 (21), +3`: the most frequent ones, and how many others there are.
  public func text(most: Int) -> String { Self.text(byCount.map { ($0.index, UInt64($0.count)) }, most: most) }

  /// The same of counts of which most may be 0.
  public static func text(_ counts: [UInt64], most: Int) -> String {
    text(
      counts.indices.filter { counts[$0] > 0 }.map { ($0, counts[$0]) }.sorted { ($1.1, $0.0) < ($0.1, $1.0) },
      most: most)
  }

  private static func text(_ sorted: [(index: Int, count: UInt64)], most: Int) -> String {
    let shown = sorted.prefix(most).map { "\($0.index) (\(NumberText.grouped($0.count)))" }
    return (shown + (sorted.count > most ? ["+\(sorted.count - most)"] : [])).joined(separator: ", ")
  }

  /// `17:290 4:21`: what is counted and how often, the most frequent first.
  fileprivate var text: String { byCount.map { "\($0.index):\($0.count)" }.joined(separator: " ") }
}
