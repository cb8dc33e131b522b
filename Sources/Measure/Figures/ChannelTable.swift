import Networks

extension SettledRun {
  /// `channels`: what every channel does, a row for each channel of each site that was asked for; nil where none was.
  public var channels: Table? {
    let found = figure.sites.compactMap { site in figure.channels(of: site.site.id).map { (site.site, $0) } }
    guard !found.isEmpty else { return nil }
    let segments = found.flatMap(\.1).map(\.slopes.count).max() ?? 0
    let numbered = (1...max(1, segments)).prefix(segments).flatMap { k in
      [
        "slope_\(k)_mean", "slope_\(k)_deviation", "intercept_\(k)_mean", "intercept_\(k)_deviation",
        "segment_\(k)_share",
      ]
    }
    var table = Table(
      name: "channels",
      columns: ["block", "site", "node", "channel", "function", "functions"] + numbered + [
        "slope_difference_mean", "slope_difference_deviation", "negative_inputs", "positive_from_negative",
        "positive_from_negative_share", "output_min", "output_max", "pairs", "not_finite", "dynamic_score", "by_class",
      ])
    for (site, channels) in found {
      for channel in channels { table.append(site.nameCells + channel.cells(segments: segments)) }
    }
    return table
  }
}

extension ChannelFigure {
  fileprivate func cells(segments: Int) -> [Table.Cell] {
    [.integer(channel), .optional(kind?.rawValue), .optional(functions)]
      + (0..<segments).flatMap { cells(ofSegment: $0) } + [
        .optional(slopeDifference?.mean), .optional(slopeDifference?.deviation), .count(positiveFromNegative.whole),
        .count(positiveFromNegative.part), .optional(positiveFromNegative.share), .optional(outputs?.lowerBound),
        .optional(outputs?.upperBound), .count(pairs), .count(notFinite), .optional(dynamicScore), .optional(byClass),
      ]
  }

  private func cells(ofSegment k: Int) -> [Table.Cell] {
    let slope = slopes.indices.contains(k) ? slopes[k] : nil
    let intercept = intercepts.indices.contains(k) ? intercepts[k] : nil
    return [
      .optional(slope?.mean), .optional(slope?.deviation), .optional(intercept?.mean), .optional(intercept?.deviation),
      .optional(segmentShares.indices.contains(k) ? segmentShares[k] : nil),
    ]
  }
}
