extension FunctionKind {
  /// How many channels are of each kind, the commonest first, equal ones in the order of the rules; kinds without a
  /// channel are left out.
  public static func counts(_ channels: [ChannelFigure]) -> [(kind: FunctionKind, channels: Int)] {
    let found = allCases.map { kind in (kind: kind, channels: channels.count { $0.kind == kind }) }
    return found.enumerated().filter { $0.element.channels > 0 }
      .sorted { ($1.element.channels, $0.offset) < ($0.element.channels, $1.offset) }.map(\.element)
  }
}
