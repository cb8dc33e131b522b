import Networks

/// A variant's activation sites in order: blocks by number, sites within a block as they run.
///
/// Which blocks and sites there are is the network's affair; blocks may lack a site that others have, and names may be
/// any.
package struct SiteIndex: Sendable, Equatable {
  /// Every site, in the order in which they run.
  package let sites: [SiteFigure]
  /// The blocks' numbers, ascending.
  package let blocks: [Int]
  /// The network's numbered blocks, those that stand apart left out.
  package let numberedBlocks: [Int]
  /// Positions in ``sites``, by block.
  private let positions: [Int: [Int]]
  /// Where a name stands in its block at the latest.
  private let ranks: [String: Int]
  /// In how many numbered blocks a name occurs.
  private let occurrences: [String: Int]

  package init(_ sites: [SiteFigure]) {
    self.sites = sites
    positions = Dictionary(grouping: sites.indices) { sites[$0].site.place.block }
    blocks = positions.keys.sorted()
    var ranks: [String: Int] = [:]
    for indices in positions.values {
      for (rank, index) in indices.enumerated() {
        ranks[sites[index].site.place.site, default: 0] = max(ranks[sites[index].site.place.site] ?? 0, rank)
      }
    }
    self.ranks = ranks
    numberedBlocks = Self.numberedBlocks(sites, blocks, positions)
    var occurrences: [String: Int] = [:]
    for block in numberedBlocks {
      for name in Set((positions[block] ?? []).map { sites[$0].site.place.site }) { occurrences[name, default: 0] += 1 }
    }
    self.occurrences = occurrences
  }

  /// The sites of a block, in the order in which they run.
  package func sites(in block: Int) -> [SiteFigure] { (positions[block] ?? []).map { sites[$0] } }

  /// The site at a place; nil where there is none.
  package func site(at place: SitePlace) -> SiteFigure? { sites(in: place.block).first { $0.site.place == place } }

  /// The site of a block with the wished name, else the one that is most like it by name, else the one nearest to where
  /// that name stands in other blocks.
  package func site(in block: Int, nearest wished: String) -> SiteFigure? {
    let wishedRank = ranks[wished] ?? 0
    func distance(_ figure: SiteFigure) -> (name: Int, rank: Int) {
      let name = figure.site.place.site
      return (SiteName.distance(name, wished), abs((ranks[name] ?? 0) - wishedRank))
    }
    return sites(in: block).min { distance($0) < distance($1) }
  }

  /// The name to start with: of the activations that say most, the commonest. Those are the dynamic ones with slopes to
  /// compare (A2, the depthwise site, in MobileNetV2), else the dynamic ones (squeeze-and-excitation), else all.
  package var preferredName: String? {
    let candidates = mostTelling
    var counts: [String: Int] = [:]
    for figure in candidates { counts[figure.site.place.site, default: 0] += 1 }
    let most = counts.values.max()
    return candidates.first { counts[$0.site.place.site] == most }?.site.place.site
  }

  /// The activations that say most about whether a network is dynamic.
  var mostTelling: [SiteFigure] {
    let dynamic = sites.filter { $0.site.activation.isDynamic }
    let compared = dynamic.filter { $0.site.activation.functions > 1 }
    return compared.isEmpty ? dynamic.isEmpty ? sites : dynamic : compared
  }

  /// The first block that has a name, else the first block.
  package func firstBlock(with name: String) -> Int? {
    blocks.first { block in sites(in: block).contains { $0.site.place.site == name } } ?? blocks.first
  }

  /// The name that figures by block are about: the wished one, or the one to start with where only one block has that;
  /// nil where no name of interest recurs, so that blocks cannot be compared.
  package func recurringName(_ wished: String) -> String? {
    [wished, preferredName].compactMap { $0 }.first { occurrences[$0, default: 0] > 1 }
  }

  /// What stands for a block in a chart by block: the site of that name, or the only site of a block outside the row
  /// (the stem, the last convolution); nil where a block lacks the name.
  package func bar(of block: Int, name: String) -> SiteFigure? {
    let candidates = sites(in: block)
    return candidates.first { $0.site.place.site == name } ?? (Self.isStemOrLast(candidates) ? candidates.first : nil)
  }

  /// Whether a block is not one of the network's numbered blocks: what stands before the first and after the last.
  package func standsApart(_ block: Int) -> Bool { !numberedBlocks.contains(block) }

  /// Blocks other than number 0 and those that are the stem or the last convolution by name; where blocks have names of
  /// their own, what follows them has none.
  private static func numberedBlocks(
    _ sites: [SiteFigure], _ blocks: [Int], _ positions: [Int: [Int]]
  ) -> [Int] {
    func members(_ block: Int) -> [SiteFigure] { (positions[block] ?? []).map { sites[$0] } }
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
