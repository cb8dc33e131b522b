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
    view.exponent = min(max(view.exponent - step, -8), 40)
    viewport = view
  }

  /// Moves by a quarter of the half range.
  mutating func pan(x: Int, y: Int) {
    guard let site else { return }
    var view = viewport(of: site.site.id)
    view.centerX += Double(x) * view.halfRange / 4
    view.centerY += Double(y) * view.halfRange / 4
    viewport = view
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
