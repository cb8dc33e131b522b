import Figures

/// What a figure is to show and how: everything that is chosen rather than found.
public struct FigureOrder: Sendable, Equatable {
  /// What it shows.
  public var kind: FigureKind
  /// Which sites' scatters.
  public var sites: SiteSelection
  /// What the bars measure.
  package var measure: BarMeasure
  /// How pairs become levels.
  public var scale: DensityScale
  /// The colours.
  public var theme: DrawingTheme
  /// The sheet's width in millimetres.
  public var width: Double
  /// Dots an inch where the file is made of dots: a scatter then has no more pixels than dots, so that none is lost.
  /// Nil for files that are drawn anew at every size.
  public var dotsPerInch: Double?

  /// The least and the largest width in millimetres: a scatter with readable ticks, and a poster.
  public static let widths = 60.0...1200.0

  package init(
    kind: FigureKind = .fig3, sites: SiteSelection = SiteSelection(), measure: BarMeasure = .slopeDifference,
    scale: DensityScale = .log, theme: DrawingTheme = .paper, width: Double = 160
  ) {
    self.kind = kind
    self.sites = sites
    self.measure = measure
    self.scale = scale
    self.theme = theme
    self.width = width
  }
}
