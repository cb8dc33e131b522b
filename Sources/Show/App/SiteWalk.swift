import Figures
import Networks

/// The order in which keys walk a variant's activation sites: blocks by number, sites within a block as they run.
///
/// Which blocks and sites there are is the network's affair; blocks may lack a site that others have, and names may be any.
package struct SiteWalk: Sendable, Equatable {
  /// Every site, in the order in which they run.
  package let sites: [SiteFigure]
  /// The blocks' numbers, ascending.
  package let blocks: [Int]
  /// The network's numbered blocks, those that stand apart left out.
  package let numberedBlocks: [Int]
  /// Positions in ``sites``, by block.
  private let places: [Int: [Int]]
  /// Where a name stands in its block at the latest.
  private let ranks: [String: Int]
  /// In how many numbered blocks a name occurs.
  private let occurrences: [String: Int]

  package init(_ sites: [SiteFigure]) {
    self.sites = sites
    places = Dictionary(grouping: sites.indices) { sites[$0].site.place.block }
    blocks = places.keys.sorted()
    var ranks: [String: Int] = [:]
    for indices in places.values {
      for (rank, index) in indices.enumerated() {
        ranks[sites[index].site.place.site, default: 0] = max(ranks[sites[index].site.place.site] ?? 0, rank)
      }
    }
    self.ranks = ranks
    numberedBlocks = Self.numberedBlocks(sites, blocks, places)
    var occurrences: [String: Int] = [:]
    for block in numberedBlocks {
      for name in Set((places[block] ?? []).map { sites[$0].site.place.site }) { occurrences[name, default: 0] += 1 }
    }
    self.occurrences = occurrences
  }

  /// The sites of a block, in the order in which they run.
  package func sites(in block: Int) -> [SiteFigure] { (places[block] ?? []).map { sites[$0] } }

  /// The site at a place; nil where there is none.
  func site(at place: SitePlace) -> SiteFigure? { sites(in: place.block).first { $0.site.place == place } }

  /// The site of a block with the wished name, else the one that is most like it by name, else the one nearest to where that name stands in
  /// other blocks.
  package func site(in block: Int, nearest wished: String) -> SiteFigure? {
    let wishedRank = ranks[wished] ?? 0
    func distance(_ figure: SiteFigure) -> (name: Int, rank: Int) {
      let name = figure.site.place.site
      return (SiteName.distance(name, wished), abs((ranks[name] ?? 0) - wishedRank))
    }
    return sites(in: block).min { distance($0) < distance($1) }
  }

  /// The name to start with: of the activations that say most, the commonest. Those are the dynamic ones with slopes to compare (A2, the depthwise
  /// site, in MobileNetV2), else the dynamic ones (squeeze-and-excitation), else all.
  package var preferredName: String? {
    let candidates = mostTelling
    var counts: [String: Int] = [:]
    for figure in candidates { counts[figure.site.place.site, default: 0] += 1 }
    let most = counts.values.max()
    return candidates.first { counts[$0.site.place.site] == most }?.site.place.site
  }

  /// The activations that say most about whether a network is dynamic.
  private var mostTelling: [SiteFigure] {
    let dynamic = sites.filter { $0.site.activation.isDynamic }
    let compared = dynamic.filter { $0.site.activation.functions > 1 }
    return compared.isEmpty ? dynamic.isEmpty ? sites : dynamic : compared
  }

  /// The first block that has a name, else the first block.
  package func firstBlock(with name: String) -> Int? {
    blocks.first { block in sites(in: block).contains { $0.site.place.site == name } } ?? blocks.first
  }

  /// The name that figures by block are about: the wished one, or the one to start with where only one block has that; nil where no name of
  /// interest recurs, so that blocks cannot be compared.
  package func recurringName(_ wished: String) -> String? {
    [wished, preferredName].compactMap { $0 }.first { occurrences[$0, default: 0] > 1 }
  }

  /// What stands for a block in a chart by block: the site of that name, or the only site of a block outside the row (the stem, the
  /// last convolution); nil where a block lacks the name.
  package func bar(of block: Int, name: String) -> SiteFigure? {
    let candidates = sites(in: block)
    return candidates.first { $0.site.place.site == name } ?? (Self.isStemOrLast(candidates) ? candidates.first : nil)
  }

  /// What the overview shows.
  package struct Overview: Sendable, Equatable {
    /// The sites, in the order in which they run; a dozen at most.
    package var sites: [SiteFigure] = []
    /// The name that they bear; nil when every activation stands for itself.
    package var name: String?
    /// Blocks with that name, or activations, of which these were taken.
    package var total = 0
    /// Whether they are those of the odd blocks.
    package var isEveryOther = false
  }

  /// The sites of the overview: the paper's odd blocks 1, 3, ... with a name, every block where there are few. Where names do not recur, the
  /// activations that say most; always a dozen at most, evenly taken.
  package func overview(name wished: String) -> Overview {
    guard let name = recurringName(wished) else {
      let all = mostTelling
      return Overview(sites: Self.thinned(all), name: nil, total: all.count)
    }
    let all = numberedBlocks.compactMap { block in sites(in: block).first { $0.site.place.site == name } }
    let odd = all.filter { $0.site.place.block % 2 == 1 }
    if all.count > Self.fewPanels, odd.count <= Self.mostPanels, 3 * odd.count >= all.count {
      return Overview(sites: odd, name: name, total: all.count, isEveryOther: true)
    }
    return Overview(sites: Self.thinned(all), name: name, total: all.count)
  }

  /// Up to so many blocks, as many as in the paper's figure, are all shown.
  private static let fewPanels = 9
  /// More panels have no room, and each is a density to be fetched and drawn.
  private static let mostPanels = 12

  private static func thinned(_ sites: [SiteFigure]) -> [SiteFigure] {
    guard sites.count > mostPanels else { return sites }
    return (0..<mostPanels).map { sites[$0 * (sites.count - 1) / (mostPanels - 1)] }
  }

  /// Whether a block is not one of the network's numbered blocks: what stands before the first and after the last.
  func standsApart(_ block: Int) -> Bool { !numberedBlocks.contains(block) }

  /// Blocks other than number 0 and those that are the stem or the last convolution by name; where blocks have names of their own, what follows them
  /// has none.
  private static func numberedBlocks(
    _ sites: [SiteFigure], _ blocks: [Int], _ places: [Int: [Int]]
  ) -> [Int] {
    func members(_ block: Int) -> [SiteFigure] { (places[block] ?? []).map { sites[$0] } }
    func isNamed(_ block: Int) -> Bool { members(block).contains { $0.site.activation.blockName != nil } }
    let hasNames = blocks.contains { $0 > 0 && isNamed($0) }
    return blocks.filter { block in
      let follows = hasNames && block == blocks.last && !isNamed(block)
      return block != 0 && !follows && !isStemOrLast(members(block))
    }
  }

  private static func isStemOrLast(_ sites: [SiteFigure]) -> Bool {
    !sites.isEmpty && sites.allSatisfy { ["stem", "last"].contains($0.site.place.site) }
  }
}
