import Figures

/// The order in which keys walk a variant's activation sites: blocks by number, sites within a block as they run.
///
/// Which blocks and sites there are is the network's affair; blocks may lack a site that others have.
package struct SiteWalk {
  /// The blocks' numbers, ascending.
  package let blocks: [Int]
  private let sites: [SiteFigure]
  private let ranks: [String: Int]

  package init(_ sites: [SiteFigure]) {
    self.sites = sites
    blocks = Set(sites.map(\.site.place.block)).sorted()
    var ranks: [String: Int] = [:]
    var position = 0
    for (index, figure) in sites.enumerated() {
      position = index > 0 && sites[index - 1].site.place.block == figure.site.place.block ? position + 1 : 0
      ranks[figure.site.place.site] = max(ranks[figure.site.place.site] ?? 0, position)
    }
    self.ranks = ranks
  }

  /// The sites of a block, in the order in which they run.
  package func sites(in block: Int) -> [SiteFigure] { sites.filter { $0.site.place.block == block } }

  /// The site of a block with the wished name, else the one nearest to where that name stands in other blocks.
  package func site(in block: Int, nearest wished: String) -> SiteFigure? {
    let wishedRank = ranks[wished] ?? 0
    return sites(in: block).min { distance($0, wished, wishedRank) < distance($1, wished, wishedRank) }
  }

  private func distance(_ figure: SiteFigure, _ wished: String, _ wishedRank: Int) -> Int {
    figure.site.place.site == wished ? -1 : abs((ranks[figure.site.place.site] ?? 0) - wishedRank)
  }

  /// The name to start with: the one that most sites with a slope difference bear; A2, the depthwise site, in MobileNetV2.
  package var preferredName: String? {
    var counts: [String: Int] = [:]
    for figure in sites where figure.site.activation.functions > 1 { counts[figure.site.place.site, default: 0] += 1 }
    let most = counts.values.max()
    return sites.first { counts[$0.site.place.site] == most }?.site.place.site
  }

  /// The name of the first site of all.
  var firstName: String? { sites.first?.site.place.site }

  /// The first block that has a name, else the first block.
  package func firstBlock(with name: String) -> Int? {
    blocks.first { block in sites(in: block).contains { $0.site.place.site == name } } ?? blocks.first
  }

  /// What stands for a block in a chart by block: the site of that name, or the only site of a block outside the row (the stem, the
  /// last convolution); nil where a block lacks the name.
  package func bar(of block: Int, name: String) -> SiteFigure? {
    let candidates = sites(in: block)
    return candidates.first { $0.site.place.site == name } ?? (Self.standsApart(candidates) ? candidates.first : nil)
  }

  /// Whether a block is not one of the network's numbered blocks: the stem and what follows the last block.
  static func standsApart(_ sites: [SiteFigure]) -> Bool {
    !sites.isEmpty && sites.allSatisfy { ["stem", "last"].contains($0.site.place.site) }
  }

  /// The network's numbered blocks, those that stand apart left out.
  package var numberedBlocks: [Int] { blocks.filter { !Self.standsApart(sites(in: $0)) } }

  /// The sites of the overview: the paper's odd blocks 1, 3, ... with a name; all blocks where no odd one has it.
  package func overview(name: String) -> [SiteFigure] {
    let all = numberedBlocks.compactMap { block in sites(in: block).first { $0.site.place.site == name } }
    let odd = all.filter { $0.site.place.block % 2 == 1 }
    return odd.isEmpty ? all : odd
  }
}
