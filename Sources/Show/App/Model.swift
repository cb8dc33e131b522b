import Figures
import Terminal

/// Everything that the screen depends on: what is shown of which data, and how.
public struct Model: Sendable, Equatable {
  /// Which screen is up.
  public enum Screen: Sendable, Equatable {
    /// One site's scatter with its numbers and the bars.
    case scatter
    /// Many scatters side by side.
    case overview
    /// The list of all sites.
    case sites
    /// A page of the help, and the screen that it hides.
    indirect case help(page: Int, over: Screen)
  }

  /// A line that stays until the next key.
  public struct Notice: Sendable, Equatable {
    /// What it says.
    public var text: String
    /// Whether something went wrong.
    public var isError: Bool

    /// Creates a notice.
    public init(text: String, isError: Bool) {
      self.text = text
      self.isError = isError
    }
  }

  /// The terminal's size.
  public var size: CellSize
  /// The newest data.
  public internal(set) var live: RunSnapshot?
  /// The data on the screen while it is frozen.
  public internal(set) var held: RunSnapshot?
  /// Whether the screen is frozen; data go on.
  public internal(set) var isFrozen = false
  /// The variant that the user asked for, until it runs.
  public internal(set) var awaitedVariant: Int?
  /// The block that is looked at.
  public internal(set) var block: Int?
  /// The site's name that is looked for in every block.
  public internal(set) var wishedSite: String?
  /// The site's name that the overview was opened with; its cursor may stand on others.
  var overviewName: String?
  /// Which screen is up.
  public internal(set) var screen = Screen.scatter
  /// The list of sites as it was left.
  var list = SiteList()
  /// How density becomes colours.
  public internal(set) var scale = DensityScale.log
  /// Whether a unit is as long on either axis.
  public internal(set) var equalAspect = false
  /// Where the user zoomed or panned to; nil fits the data.
  public internal(set) var viewport: Viewport?
  /// For each site looked at, the fitting range's exponent; it only grows until the user fits anew, so that nothing jumps to and fro.
  var fits: [Int: Int] = [:]
  /// What is to be said.
  public internal(set) var notice: Notice?
  /// Whether files are being written.
  public internal(set) var isExporting = false

  /// A screen before anything is known.
  public init(size: CellSize) { self.size = size }

  /// The data on the screen.
  public var shown: RunSnapshot? { isFrozen ? held ?? live : live }

  /// The sites of ``shown``, in order; renewed with it.
  var index = SiteIndex([])

  /// The site that is looked at.
  public var site: SiteFigure? {
    guard let block, let wishedSite else { return nil }
    return index.site(in: block, nearest: wishedSite)
  }

  /// The sites whose densities the screen needs, by id.
  public var wantedSites: Set<Int> {
    switch screen {
    case .overview, .help(_, over: .overview): Set(overview.sites.map(\.site.id))
    default: Set(site.map { [$0.site.id] } ?? [])
    }
  }

  /// What the overview shows.
  var overview: SiteIndex.Overview {
    (overviewName ?? wishedSite).map { index.overview(name: $0) } ?? SiteIndex.Overview()
  }

  /// What the scatter of a site shows.
  func viewport(of site: Int) -> Viewport { viewport ?? fit(of: site) }

  /// What fits a site's data; ±4 before there are any.
  package func fit(of site: Int) -> Viewport { Viewport(exponent: fits[site] ?? 2) }
}
