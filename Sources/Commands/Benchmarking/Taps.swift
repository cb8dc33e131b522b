import Inference
import KernelInterface
import Networks
import Statistics
import Tensors

/// What is counted about the activations while a network runs.
public enum Taps: String, Sendable, CaseIterable {
  /// Nothing.
  case none
  /// Coefficients everywhere; every element after depthwise convolutions, none elsewhere.
  case depthwise
  /// Coefficients everywhere; a lattice of positions at every site.
  case lattice
  /// What `dyviz stats` counts: every element after depthwise convolutions, a lattice elsewhere.
  case standard = "default"
  /// Every element at every site.
  case exact

  /// A worker's own observer; nil where nothing is counted.
  package func observer(_ plan: Plan) -> (any ActivationObserver)? {
    func statistics(_ selection: ElementSelection) -> ActivationStatistics {
      ActivationStatistics(sites: plan.sites, selection: selection, kernels: plan.kernels)
    }
    switch self {
    case .none: return nil
    case .depthwise:
      let selection = ElementSelection(plan.sites)
      return RestrictedObserver(statistics(selection), sites: selection.everyElement)
    case .lattice: return statistics(ElementSelection(everyElement: []))
    case .standard: return statistics(ElementSelection(plan.sites))
    case .exact: return statistics(ElementSelection(plan.sites, exact: true))
    }
  }
}

/// Passes elements of some sites on to statistics, and coefficients of all.
private final class RestrictedObserver: ActivationObserver {
  let statistics: ActivationStatistics
  let sites: Set<Int>

  init(_ statistics: ActivationStatistics, sites: Set<Int>) {
    self.statistics = statistics
    self.sites = sites
  }

  func wantedPositions(of site: ActivationSite, image: ImageIdentity) -> PositionSelection {
    sites.contains(site.id) ? statistics.wantedPositions(of: site, image: image) : .none
  }

  func observe(_ coefficients: ActivationCoefficients, of site: ActivationSite, image: ImageIdentity) {
    statistics.observe(coefficients, of: site, image: image)
  }

  func observe(_ sample: ActivationSample, of site: ActivationSite, image: ImageIdentity) {
    statistics.observe(sample, of: site, image: image)
  }
}
