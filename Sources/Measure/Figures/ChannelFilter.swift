/// Words that a user types to narrow the list of channels: the beginnings of kinds of functions, in capitals or not,
/// and channels' numbers.
///
/// Since a channel has one kind and one number, words of either sort are alternatives: `v leaky` leaves both kinds, `v
/// 17` channel 17 if that is a V.
package struct ChannelFilter: Sendable, Equatable {
  private let kinds: [String]
  private let channels: [Int]

  /// The words of a line, separated by spaces; none match every channel.
  package init(_ text: String) {
    let words = text.lowercased().split(separator: " ").map(String.init)
    channels = words.compactMap { Int($0) }
    kinds = words.filter { Int($0) == nil }
  }

  /// Whether a channel is of one of the kinds and has one of the numbers.
  package func matches(_ figure: ChannelFigure) -> Bool {
    let kind = figure.kind?.rawValue.lowercased() ?? ""
    return (kinds.isEmpty || kinds.contains { kind.hasPrefix($0) })
      && (channels.isEmpty || channels.contains(figure.channel))
  }
}
