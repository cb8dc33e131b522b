import Networks
import Tensors

/// Changes at some sites of a planned network, made ready for executors: any number of them share a plan.
public struct PlannedChanges: Sendable {
  /// By site; nil for those that stay as they are.
  let bySite: [PlannedChange?]
  /// The first step whose result they change; beyond all steps where nothing is changed.
  let firstStep: Int

  /// Prepares changes by the sites' ids; they must fit (``Subject/check(_:)``).
  public init(_ changes: [Int: SiteChange], of plan: Plan) {
    let activations = Dictionary(
      uniqueKeysWithValues: plan.steps.enumerated().compactMap { index, step in
        step.activation.map { ($0.siteID, (step: index, plan: $0)) }
      })
    var bySite = [PlannedChange?](repeating: nil, count: plan.sites.count)
    var first = plan.steps.count
    for (id, change) in changes {
      guard let activation = activations[id], let planned = PlannedChange(change, of: activation.plan) else { continue }
      bySite[id] = planned
      first = min(first, activation.step)
    }
    self.bySite = bySite
    firstStep = first
  }
}

/// What becomes of one site's coefficients or attention.
final class PlannedChange: Sendable {
  enum Kind: Sendable {
    case constant(SiteCoefficients)
    /// Of what is computed for each image.
    case noIntercepts, firstFunction
    case uniformAttention
  }

  let kind: Kind

  private init(_ kind: Kind) { self.kind = kind }

  /// Nil for a change that changes nothing.
  convenience init?(_ change: SiteChange, of activation: ActivationPlan) {
    let site = activation.site
    switch (change, activation.source) {
    case (.uniformAttention, _):
      self.init(.uniformAttention)
    case (.constant(let constants), _):
      self.init(
        .constant(
          SiteCoefficients(slopes: constants.slopes, intercepts: constants.intercepts, of: site) { TensorSlice($0) }))
    case (.noIntercepts, .constant(let own)?):
      guard own.intercepts.array.contains(where: { $0 != 0 }) else { return nil }
      self.init(.constant(own.copied(of: site).withoutIntercepts(of: site)))
    case (.firstFunction, .constant(let own)?):
      guard site.activation.functions > 1 else { return nil }
      self.init(.constant(own.copied(of: site).withFirstFunction(of: site)))
    case (.noIntercepts, _): self.init(.noIntercepts)
    case (.firstFunction, _): self.init(.firstFunction)
    }
  }

  /// What stands in the place of computed coefficients; nil where these are needed.
  var constant: SiteCoefficients? {
    guard case .constant(let coefficients) = kind else { return nil }
    return coefficients
  }

  /// Whether slopes and intercepts are changed.
  var isOfCoefficients: Bool { if case .uniformAttention = kind { false } else { true } }

  /// Changes coefficients that were computed for one image, in their place.
  func applied(to computed: SiteCoefficients, of site: ActivationSite) -> SiteCoefficients {
    switch kind {
    case .noIntercepts: computed.withoutIntercepts(of: site)
    case .firstFunction: computed.withFirstFunction(of: site)
    case .constant, .uniformAttention: computed
    }
  }
}

extension SiteCoefficients {
  /// The same in memory of their own.
  fileprivate func copied(of site: ActivationSite) -> SiteCoefficients {
    SiteCoefficients(lanes: TensorSlice(slopes.array), TensorSlice(intercepts.array), of: site)
  }

  /// Writes 0 over the intercepts.
  fileprivate func withoutIntercepts(of site: ActivationSite) -> SiteCoefficients {
    intercepts.fill(0)
    return SiteCoefficients(lanes: slopes, intercepts, of: site)
  }

  /// Writes the first function's coefficients over the others'.
  fileprivate func withFirstFunction(of site: ActivationSite) -> SiteCoefficients {
    let stride = site.shape.channelStride
    for values in [slopes, intercepts] {
      for k in 1..<max(site.activation.functions, 1) {
        values[k * stride..<(k + 1) * stride].copy(from: values[0..<stride])
      }
    }
    return SiteCoefficients(lanes: slopes, intercepts, of: site)
  }

  /// What stands in lanes; coefficients that channels share are seen in the first one.
  private init(lanes slopes: TensorSlice, _ intercepts: TensorSlice, of site: ActivationSite) {
    self.slopes = slopes
    self.intercepts = intercepts
    observed = ActivationCoefficients(
      functions: site.activation.functions, channels: site.coefficientChannels, stride: site.shape.channelStride,
      slopes: slopes, intercepts: intercepts)
  }
}
