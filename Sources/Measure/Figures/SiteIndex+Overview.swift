extension SiteIndex {
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

    /// Nothing, before there are sites.
    package init() {}

    init(sites: [SiteFigure], name: String?, total: Int, isEveryOther: Bool) {
      self.sites = sites
      self.name = name
      self.total = total
      self.isEveryOther = isEveryOther
    }
  }

  /// The sites of the overview: the paper's odd blocks 1, 3, ... with a name, every block where there are few. Where
  /// names do not recur, the activations that say most; always a dozen at most, evenly taken.
  package func overview(name wished: String) -> Overview {
    guard let name = recurringName(wished) else {
      let all = mostTelling
      return Overview(sites: Self.thinned(all), name: nil, total: all.count, isEveryOther: false)
    }
    let all = numberedBlocks.compactMap { block in sites(in: block).first { $0.site.place.site == name } }
    let odd = all.filter { $0.site.place.block % 2 == 1 }
    if all.count > Self.fewPanels, odd.count <= Self.mostPanels, 3 * odd.count >= all.count {
      return Overview(sites: odd, name: name, total: all.count, isEveryOther: true)
    }
    return Overview(sites: Self.thinned(all), name: name, total: all.count, isEveryOther: false)
  }

  /// Up to so many blocks, as many as in the paper's figure, are all shown.
  private static let fewPanels = 9
  /// More panels have no room, and each is a density to be fetched and drawn.
  private static let mostPanels = 12

  private static func thinned(_ sites: [SiteFigure]) -> [SiteFigure] {
    guard sites.count > mostPanels else { return sites }
    return (0..<mostPanels).map { sites[$0 * (sites.count - 1) / (mostPanels - 1)] }
  }
}
