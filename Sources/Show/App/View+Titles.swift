import Figures
import Networks
import TerminalUI

/// How sites are named on the screen.
enum Wording {
  /// `block 5 of 17 · layer2.0 · A2 depthwise`, `block 5/17 · A2 depthwise`, or the name alone for what stands apart from the blocks.
  static func place(_ site: ActivationSite, in walk: SiteWalk, isWide: Bool) -> PlaceText {
    var text = numbered(site, in: walk, separator: isWide ? " of " : "/")
    text.role = site.role?.rawValue
    return text
  }

  /// `block 5/17 A2`.
  static func shortPlace(_ site: ActivationSite, in walk: SiteWalk) -> PlaceText {
    var text = numbered(site, in: walk, separator: "/")
    text.name = nil
    text.joint = " "
    return text
  }

  /// `block 5 · layer2.0 · A2`.
  static func paneTitle(_ site: ActivationSite, in walk: SiteWalk) -> PlaceText {
    numbered(site, in: walk, separator: nil)
  }

  private static func numbered(_ site: ActivationSite, in walk: SiteWalk, separator: String?) -> PlaceText {
    let place = site.place
    let isApart = walk.standsApart(place.block)
    let total = isApart ? nil : walk.numberedBlocks.last.flatMap { last in separator.map { $0 + String(last) } }
    let isNamedSo = isApart && ["stem", "last"].contains(place.site)
    return PlaceText(
      block: isNamedSo ? "" : "block \(place.block)" + (total ?? ""), name: site.activation.blockName, site: place.site)
  }
}

extension ScreenDrawing {
  mutating func drawTitle(in rect: CellRect, layout: ScreenLayout) {
    guard !rect.isEmpty else { return }
    guard let shown = model.shown else {
      buffer.write(" dyviz", x: rect.x, y: rect.y, style: .bold)
      return
    }
    var left = variantTitle(shown, layout: layout)
    // The variant keeps a third of the line, the rest is for the site; what one does not need is the other's.
    let rightRoom = rect.width - 3 - min(left.count, rect.width / 3)
    let right = model.screen == .overview ? overviewTitle(layout) : siteTitle(layout, columns: rightRoom)
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

  private func siteTitle(_ layout: ScreenLayout, columns: Int) -> String {
    guard let figure = model.site else { return "" }
    let site = figure.site
    guard layout.isFramed else {
      let isStructural = site.activation.slopeDifferenceAbsence != nil
      let difference = isStructural ? "none" : NumberText.fixed(figure.slopeDifference?.mean, decimals: 2)
      let end = " |a1-a2| " + difference
      let place = Wording.shortPlace(site, in: model.walk).fitted(columns: max(13, columns - end.count - 2))
      return "· " + CellText.leftAligned(place, columns: 14) + end
    }
    var text = Wording.place(site, in: model.walk, isWide: layout.isWide)
    if layout.isWide { text.details.append("\(site.shape.height)×\(site.shape.width)") }
    text.details.insert("\(site.shape.channels) \(layout.isWide ? "channels" : "ch")", at: 0)
    text.details.append(site.activation.shortKind)
    return text.fitted(columns: columns)
  }

  private func overviewTitle(_ layout: ScreenLayout) -> String {
    let overview = model.overview
    guard let name = overview.name else {
      let count = overview.sites.count == overview.total ? "every" : "\(overview.sites.count) of \(overview.total)"
      return layout.isFramed ? "overview: \(count) activation" + (count == "every" ? "" : "s") : "overview"
    }
    guard layout.isFramed else { return "overview \(name)" }
    if overview.isEveryOther { return "overview: every other block, \(name)" }
    let count = overview.sites.count
    return count == overview.total
      ? "overview: every block with \(name)" : "overview: \(count) of \(overview.total) blocks with \(name)"
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

extension Activation {
  /// `K 2`; the kind where K says little: `h-swish`, `Maxout, K 3`.
  var shortKind: String {
    if hasCoefficients { return "K \(functions)" }
    return isCurve ? kind : "\(kind), K \(functions)"
  }
}
