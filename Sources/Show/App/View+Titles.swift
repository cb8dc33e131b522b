import Figures
import Networks
import Terminal
import TerminalCharts

/// How sites are named on the screen.
enum Wording {
  /// `block 5 of 17 · layer2.0 · A2 depthwise`, `block 5/17 · A2 depthwise`, or the name alone for what stands apart
  /// from the blocks.
  static func label(_ site: ActivationSite, in index: SiteIndex, isWide: Bool) -> SiteLabel {
    var label = index.label(of: site, separator: isWide ? " of " : "/")
    label.role = site.role?.rawValue
    return label
  }

  /// `block 5/17 A2`.
  static func shortLabel(_ site: ActivationSite, in index: SiteIndex) -> SiteLabel {
    var label = index.label(of: site, separator: "/")
    label.name = nil
    label.joint = " "
    return label
  }

  /// The site that is looked at, in so many columns.
  static func title(of model: Model, layout: ScreenLayout, columns: Int) -> String {
    guard let figure = model.site else { return "" }
    let site = figure.site
    guard layout.isFramed else {
      let isStructural = site.activation.slopeDifferenceAbsence != nil
      let difference = isStructural ? "none" : NumberText.fixed(figure.slopeDifference?.mean, decimals: 2)
      let end = " |a1-a2| " + difference
      let label = shortLabel(site, in: model.index).fitted(columns: max(13, columns - end.count - 2))
      return "· " + CellText.leftAligned(label, columns: 14) + end
    }
    var label = label(site, in: model.index, isWide: layout.isWide)
    if layout.isWide { label.details.append("\(site.shape.height)×\(site.shape.width)") }
    label.details.insert("\(site.shape.channels) \(layout.isWide ? "channels" : "ch")", at: 0)
    label.details.append(site.activation.shortKind)
    return label.fitted(columns: columns)
  }
}

extension ScreenDrawing {
  mutating func drawTitle(of screen: any Screen) {
    let rect = layout.title
    guard !rect.isEmpty else { return }
    guard let shown = model.shown else {
      buffer.write(" dyviz", x: rect.x, y: rect.y, style: .bold)
      return
    }
    var left = variantTitle(shown)
    // The variant keeps a third of the line, the rest is for the site; what one does not need is the other's.
    let rightRoom = rect.width - 3 - min(left.count, rect.width / 3)
    let right = screen.title(of: model, layout: layout, columns: rightRoom)
    let room = rect.width - right.count - 3
    if left.count > room { left = CellText.fitted(left, columns: max(0, room)) }
    let end = buffer.write(" " + left, x: rect.x, y: rect.y, style: .bold)
    let start = max(end + 1, layout.isFramed ? rect.x + rect.width - right.count - 1 : 0)
    buffer.write(CellText.fitted(right, columns: rect.x + rect.width - start), x: start, y: rect.y)
  }

  private func variantTitle(_ shown: RunFigure) -> String {
    let name = shown.variant
    let awaited = model.awaitedVariant.flatMap { shown.variants.indices.contains($0) ? shown.variants[$0] : nil }
    let coming = awaited.map { " > " + $0 + " starts" } ?? ""
    if layout.isWide {
      return "dyviz  \(shown.model) ▸ \(name) (\(shown.subject.variant + 1) of \(shown.variants.count))" + coming
    }
    return layout.isFramed
      ? "dyviz ▸ \(name) \(shown.subject.variant + 1)/\(shown.variants.count)" + coming : name + coming
  }
}

extension Activation {
  /// `K 2`; the kind where K says little: `h-swish`, `Maxout, K 3`.
  var shortKind: String {
    if hasCoefficients { return "K \(functions)" }
    return isCurve ? kind : "\(kind), K \(functions)"
  }
}
