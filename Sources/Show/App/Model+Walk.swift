import Figures

extension Model {
  mutating func walkBlocks(_ step: Int) {
    let blocks = index.blocks
    guard let block, let index = blocks.firstIndex(of: block) else { return }
    self.block = blocks[min(max(index + step, 0), blocks.count - 1)]
  }

  mutating func walkSites(_ step: Int) {
    guard let block, let site else { return }
    let sites = index.sites(in: block)
    guard sites.count > 1, let index = sites.firstIndex(where: { $0.site.id == site.site.id }) else { return }
    wishedSite = sites[min(max(index + step, 0), sites.count - 1)].site.place.site
  }

  mutating func walkVariants(_ step: Int) -> [Effect] {
    guard let live, live.variants.count > 1 else { return [] }
    let current = awaitedVariant ?? live.variant
    let next = (current + step + live.variants.count) % live.variants.count
    awaitedVariant = next == live.variant ? nil : next
    return [.startVariant(next)]
  }

  mutating func toggleOverview() {
    guard screen != .overview else {
      screen = .scatter
      return
    }
    overviewName = wishedSite
    let panels = overview.sites
    guard let nearest = overviewCursor(in: panels) else { return }
    go(to: panels[nearest])
    screen = .overview
  }

  /// The overview's panel for the site that is looked at, or the nearest one: by blocks, then by sites in between.
  func overviewCursor(in panels: [SiteFigure]) -> Int? {
    guard let site = site?.site else { return nil }
    func distance(_ index: Int) -> (blocks: Int, sites: Int) {
      let panel = panels[index].site
      return (abs(panel.place.block - site.place.block), abs(panel.id - site.id))
    }
    return panels.indices.min { distance($0) < distance($1) }
  }

  /// Moves the overview's cursor; false for what is not a move there.
  mutating func moveInOverview(_ action: Action) -> Bool {
    let panels = overview.sites
    guard let index = overviewCursor(in: panels) else { return false }
    let columns = ScreenLayout(overview: size).overviewColumns(panels: panels.count)
    let target: Int
    switch action {
    case .stepBlocks(let step): target = index + step
    case .stepSites(let step): target = index + step * columns
    case .open:
      go(to: panels[index])
      screen = .scatter
      return true
    default: return false
    }
    if panels.indices.contains(target) { go(to: panels[target]) }
    return true
  }

  mutating func zoom(_ step: Int) {
    guard let site else { return }
    var view = viewport(of: site.site.id)
    view.exponent = min(max(view.exponent - step, -8), 40)
    viewport = view
  }

  /// Moves by a quarter of the half range.
  mutating func pan(x: Int, y: Int) {
    guard let site else { return }
    var view = viewport(of: site.site.id)
    view.centerX += Double(x) * view.halfRange / 4
    view.centerY += Double(y) * view.halfRange / 4
    viewport = view
  }
}
