import Figures
import TerminalUI

extension Model {
  mutating func walkBlocks(_ step: Int) {
    let blocks = walk.blocks
    guard let block, let index = blocks.firstIndex(of: block) else { return }
    self.block = blocks[min(max(index + step, 0), blocks.count - 1)]
  }

  mutating func walkSites(_ step: Int) {
    guard let block, let site else { return }
    let sites = walk.sites(in: block)
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
    guard let block, let nearest = nearestOverviewBlock(to: block) else { return }
    self.block = nearest
    screen = .overview
  }

  private func nearestOverviewBlock(to block: Int) -> Int? {
    overviewSites.map(\.site.place.block).min { abs($0 - block) < abs($1 - block) }
  }

  /// Moves the overview's cursor; false for what is not a move there.
  mutating func moveInOverview(_ action: Action) -> Bool {
    let blocks = overviewSites.map(\.site.place.block)
    guard let block, let index = blocks.firstIndex(of: block) else { return false }
    let columns = ScreenLayout(overview: size).overviewColumns(panels: blocks.count)
    let target: Int
    switch action {
    case .stepBlocks(let step): target = index + step
    case .stepSites(let step): target = index + step * columns
    case .open:
      screen = .scatter
      return true
    default: return false
    }
    if blocks.indices.contains(target) { self.block = blocks[target] }
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
