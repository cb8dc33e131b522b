import Figures
import Statistics

/// What part of the plane scatters show.
extension Model {
  /// What the scatter of a site shows.
  func viewport(of site: Int) -> Viewport { viewport ?? fit(of: site) }

  /// What fits a site's data; ±4 before there are any.
  package func fit(of site: Int) -> Viewport { Viewport(exponent: fits[site] ?? 2) }

  mutating func fitAnew() {
    viewport = nil
    fits = [:]
    growFits()
  }

  /// Widens what fits to the densities that are shown.
  mutating func growFits() {
    for site in shown?.sites.map(\.site.id) ?? [] {
      guard let fitting = shown?.density(of: site).flatMap({ Viewport.fitting($0) }) else { continue }
      fits[site] = max(fits[site] ?? fitting.exponent, fitting.exponent)
    }
  }

  mutating func zoom(_ step: Int) {
    guard let site else { return }
    var view = viewport(of: site.site.id)
    view.exponent -= step
    show(view, of: site)
  }

  /// Shows a part of the plane, near enough to a site's data: neither so small that its edges are the same number, nor
  /// out of sight of any.
  mutating func show(_ view: Viewport, of site: SiteFigure) {
    let fit = fit(of: site.site.id)
    var view = view
    view.exponent = min(max(view.exponent, fit.exponent - 12), fit.exponent + 8)
    let reach = 2 * fit.halfRange
    view.centerX = min(max(view.centerX, -reach), reach)
    view.centerY = min(max(view.centerY, -reach), reach)
    viewport = view
  }

  /// Moves by a quarter of the half range.
  mutating func pan(x: Int, y: Int) {
    guard let site else { return }
    var view = viewport(of: site.site.id)
    view.centerX += Double(x) * view.halfRange / 4
    view.centerY += Double(y) * view.halfRange / 4
    show(view, of: site)
  }
}

extension DensityScale {
  var next: DensityScale {
    switch self {
    case .log: .linear
    case .linear: .equalised
    case .equalised: .log
    }
  }
}
