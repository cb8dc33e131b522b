import Figures

/// Which channels are in a list, and in what order.
struct ChannelOrder: Sendable, Equatable {
  /// The title of the column that sorts; the first one where a site does not have it.
  var sorting = ChannelColumns.Title.channel
  /// The words that narrow the list.
  var filter = ""

  /// The channels that the filter leaves, in order; equal ones by number, those without a number last.
  func rows(_ channels: [ChannelFigure], by columns: ChannelColumns) -> [ChannelFigure] {
    let words = ChannelFilter(filter)
    let matches = channels.filter { words.matches($0) }
    guard let key = columns.entries.first(where: { $0.column.title == sorting })?.key else { return matches }
    let keyed = matches.map { (figure: $0, key: key($0) ?? -.infinity) }
    return keyed.sorted { ($1.key, $0.figure.channel) < ($0.key, $1.figure.channel) }.map(\.figure)
  }

  /// Sorts by another column that has an order, `step` columns to the right, round and round.
  mutating func sortByNext(_ step: Int, of columns: ChannelColumns) {
    let titles = columns.entries.filter { $0.key != nil }.map(\.column.title)
    guard !titles.isEmpty else { return }
    let current = titles.firstIndex(of: sorting) ?? 0
    sorting = titles[(current + step + titles.count) % titles.count]
  }
}
