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
        Self.start(site, rank: index + 1, name(exemplar.ordinal)) + [
          .integer(exemplar.pairs), .text(exemplar.channels.text), .text(exemplar.positions.text),
        ])
    }
    self.table = table
    let share = ShareFigure(part: finding.found, whole: finding.pairs).share
    summary =
      "\(NumberText.grouped(finding.found)) pairs of \(NumberText.grouped(finding.pairs))"
      + (share.map { " (" + NumberText.fixed($0 * 100, decimals: 3) + " %)" } ?? "")
      + " in \(NumberText.grouped(finding.matchingImages)) of \(NumberText.grouped(finding.images)) images, "
      + "\(finding.matchingChannels) of \(finding.byChannel.count) channels" + Self.notFinite(finding.notFinite)
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

  private static func notFinite(_ count: UInt64) -> String {
    count == 0 ? "" : ", \(NumberText.grouped(count)) pairs not finite"
  }
}

extension SparseCounts {
  /// `17:290 4:21`: what is counted and how often, the most frequent first.
  fileprivate var text: String { byCount.map { "\($0.index):\($0.count)" }.joined(separator: " ") }
}
