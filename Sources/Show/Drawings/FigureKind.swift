/// What a figure shows.
public enum FigureKind: String, Sendable, CaseIterable {
  /// Fig. 3: scatters of some blocks, below them the slope differences of all.
  case fig3
  /// The scatters alone.
  case scatter
  /// The bars alone.
  case bars
  /// The functions of each channel at its mean slopes and intercepts, below them how many are of which kind.
  case channels
  /// The scatters of two runs and their difference, below them the bars of both.
  case compare

  /// Whether there are bars of a measure.
  public var hasBars: Bool { self == .fig3 || self == .bars || self == .compare }
  /// Whether densities are drawn.
  public var hasScatters: Bool { self != .bars }
}
