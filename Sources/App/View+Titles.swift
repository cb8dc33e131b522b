import Figures
import Networks
import TerminalUI

/// How sites are named on the screen.
enum Wording {
  /// What stands before the sites of an inverted residual block.
  private static let roles = ["A1": "expansion", "A2": "depthwise", "A3": "projection"]

  /// `block 5 of 17 · A2 depthwise`, `block 5/17 · A2 depthwise`, or the name alone for what stands apart from the blocks.
  static func place(_ site: ActivationSite, in walk: SiteWalk, isWide: Bool) -> String {
    let role = roles[site.place.site].map { " " + $0 } ?? ""
    return numbered(site, in: walk, separator: isWide ? " of " : "/", joint: " · ") + role
  }

  /// `block 5/17 A2`.
  static func shortPlace(_ site: ActivationSite, in walk: SiteWalk) -> String {
    numbered(site, in: walk, separator: "/", joint: " ")
  }

  /// `block 5 · A2`.
  static func paneTitle(_ site: ActivationSite, in walk: SiteWalk) -> String {
    numbered(site, in: walk, separator: nil, joint: " · ")
  }

  private static func numbered(
    _ site: ActivationSite, in walk: SiteWalk, separator: String?, joint: String
  ) -> String {
    guard !SiteWalk.standsApart(walk.sites(in: site.place.block)) else { return site.place.site }
    let total = walk.numberedBlocks.last.flatMap { last in separator.map { $0 + String(last) } } ?? ""
    return "block \(site.place.block)" + total + joint + site.place.site
  }
}

extension ScreenDrawing {
  mutating func drawTitle(in rect: CellRect, layout: ScreenLayout) {
    guard !rect.isEmpty else { return }
    guard let shown = model.shown else {
      buffer.write(" dyviz", x: rect.x, y: rect.y, style: .bold)
      return
    }
    let right = model.screen == .overview ? overviewTitle(layout) : siteTitle(layout)
    var left = variantTitle(shown, layout: layout)
    let room = rect.width - right.count - 3
    if left.count > room { left = CellText.fitted(left, columns: max(0, room)) }
    let end = buffer.write(" " + left, x: rect.x, y: rect.y, style: .bold)
    let start = max(end + 1, layout.isFramed ? rect.x + rect.width - right.count - 1 : 0)
    buffer.write(CellText.fitted(right, columns: rect.x + rect.width - start), x: start, y: rect.y)
  }

  private func variantTitle(_ shown: RunSnapshot, layout: ScreenLayout) -> String {
    let name = shown.variants.indices.contains(shown.variant) ? shown.variants[shown.variant] : ""
    let awaited = model.awaitedVariant.flatMap { shown.variants.indices.contains($0) ? shown.variants[$0] : nil }
    let coming = awaited.map { " > " + $0 + " starts" } ?? ""
    if layout.isWide {
      return "dyviz  \(shown.model) ▸ \(name) (\(shown.variant + 1) of \(shown.variants.count))" + coming
    }
    return layout.isFramed ? "dyviz ▸ \(name) \(shown.variant + 1)/\(shown.variants.count)" + coming : name + coming
  }

  private func siteTitle(_ layout: ScreenLayout) -> String {
    guard let figure = model.site else { return "" }
    let site = figure.site
    guard layout.isFramed else {
      let place = Wording.shortPlace(site, in: model.walk)
      let difference = NumberText.fixed(figure.slopeDifference?.mean, decimals: 2)
      return "· " + CellText.leftAligned(place, columns: 14) + " |a1-a2| " + difference
    }
    var parts = [Wording.place(site, in: model.walk, isWide: layout.isWide)]
    parts.append("\(site.shape.channels) \(layout.isWide ? "channels" : "ch")")
    if layout.isWide { parts.append("\(site.shape.height)×\(site.shape.width)") }
    parts.append("K \(site.activation.functions)")
    return parts.joined(separator: " · ")
  }

  private func overviewTitle(_ layout: ScreenLayout) -> String {
    let site = model.wishedSite ?? ""
    return layout.isFramed ? "overview: every other block, \(site)" : "overview \(site)"
  }

  /// What the picture shows and how.
  func pictureTitle(isWide: Bool) -> String {
    var parts: [String] = []
    if model.isFrozen, let held = model.held {
      parts.append(isWide ? "FROZEN at \(NumberText.grouped(held.progress.done)) images" : "FROZEN")
    }
    parts.append(
      isWide ? "output y over input x, \(model.scale.rawValue) density" : "y over x, \(model.scale.rawValue)")
    if model.equalAspect { parts.append(isWide ? "equal lengths" : "equal") }
    if model.viewport != nil { parts.append(isWide ? "zoomed, 0 fits" : "zoomed") }
    return parts.joined(separator: " · ")
  }
}
