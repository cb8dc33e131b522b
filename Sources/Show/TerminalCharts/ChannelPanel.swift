import Figures
import Terminal

extension SidePanel {
  /// Everything that is known of a channel, named for a panel of a width.
  ///
  /// `fullestPixel` is the colour bar's upper end, in pairs.
  package init(
    channel: ChannelFigure, of site: SiteFigure, fullestPixel: Double, width: Int, capabilities: Capabilities
  ) {
    let wide = width >= 30
    var rows = [PanelRow(.value("function", Self.kind(of: channel, at: site)), priority: 0)]
    rows += Self.countRows(of: channel, wide: wide)
    rows.append(PanelRow(.blank, priority: 7))
    rows += Self.lineRows(
      slopes: channel.slopes, intercepts: channel.intercepts, wide: wide, capabilities: capabilities)
    rows += Self.slopeRows(of: channel)
    rows.append(PanelRow(.blank, priority: 7))
    for (index, share) in channel.segmentShares.enumerated() where channel.segmentShares.count > 1 {
      rows.append(PanelRow(.value("on a\(index + 1)", NumberText.percent(share)), priority: index == 0 ? 3 : 6))
    }
    let measure = Measure.positiveFromNegative
    rows.append(
      PanelRow(
        .value(wide ? measure.title : measure.narrowTitle, NumberText.percent(channel.positiveFromNegative.share)),
        priority: 3))
    if let outputs = channel.outputs {
      let range = [outputs.lowerBound, outputs.upperBound].map { NumberText.fixed($0, decimals: 2) }
      rows.append(PanelRow(.value("outputs", range.joined(separator: " … ")), priority: 5))
    }
    rows.append(PanelRow(.blank, priority: 7))
    rows += Self.densityRows(fullestPixel: fullestPixel, wide: wide)
    rows.append(
      PanelRow(
        .value("not finite", NumberText.grouped(channel.notFinite)), priority: channel.notFinite > 0 ? 2 : 6))
    self.init(rows: rows)
  }

  /// The kind of function; for what has no slopes, what it is.
  private static func kind(of channel: ChannelFigure, at site: SiteFigure) -> String {
    let activation = site.site.activation
    return channel.kind?.rawValue ?? (activation.hasCoefficients ? NumberText.absent : activation.kind)
  }

  private static func countRows(of channel: ChannelFigure, wide: Bool) -> [PanelRow] {
    let inputs = wide ? NumberText.grouped(channel.pairs) : NumberText.compact(channel.pairs)
    return [PanelRow(.value("inputs", inputs), priority: 4)]
      + (channel.functions.map { [PanelRow(.value("images", NumberText.grouped($0)), priority: 6)] } ?? [])
  }

  /// How far slopes differ from each other, from image to image, and from class to class.
  private static func slopeRows(of channel: ChannelFigure) -> [PanelRow] {
    guard !channel.slopes.isEmpty else { return [] }
    var rows: [PanelRow] = []
    if let difference = channel.slopeDifference {
      rows.append(
        PanelRow(
          .value(Measure.slopeDifference.title, NumberText.fixed(difference.mean, decimals: 2)), priority: 1))
    }
    rows.append(
      PanelRow(
        .value(Measure.dynamicScore.title, NumberText.fixed(channel.dynamicScore, decimals: 3)), priority: 2))
    if let share = channel.byClass {
      rows.append(PanelRow(.value(Measure.byClassTitle, NumberText.fixed(share, decimals: 2)), priority: 3))
    }
    return rows
  }
}
