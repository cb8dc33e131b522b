/// What a run looks at: a variant of a model, as it was trained or with changes at some of its activations.
public struct Subject: Sendable, Hashable, Codable {
  /// Index of the variant in its model.
  public var variant: Int
  /// What stands in for the coefficients at some sites, by the site's id; empty for the network as it was trained.
  public var changes: [Int: SiteChange]

  /// A variant with changes, none by default.
  package init(variant: Int, changes: [Int: SiteChange] = [:]) {
    self.variant = variant
    self.changes = changes
  }

  /// Checks that every change fits its site.
  ///
  /// - Throws: `GraphError` naming the site's node.
  public func check(_ sites: [ActivationSite]) throws(GraphError) {
    for (id, change) in changes.sorted(by: { $0.key < $1.key }) {
      guard sites.indices.contains(id) else {
        throw GraphError(node: "site \(id)", problem: "is to be changed, but the network has \(sites.count) sites")
      }
      try change.check(sites[id])
    }
  }
}

/// What becomes of an activation's coefficients: the change is a value at the one seam between a hyper function and its
/// use.
///
/// A change is one of slopes and intercepts or one of the attention; the other stays as it is.
public enum SiteChange: Sendable, Hashable, Codable {
  /// The same slopes and intercepts for every image.
  case constant(ConstantCoefficients)
  /// Every intercept 0.
  case noIntercepts
  /// The first linear function alone, in the place of all K.
  case firstFunction
  /// The same π at every position: equation (4) with equal scores, min(γ / (H · W), 1).
  case uniformAttention

  /// Whether slopes and intercepts are changed.
  public var isOfCoefficients: Bool { self != .uniformAttention }

  fileprivate func check(_ site: ActivationSite) throws(GraphError) {
    if isOfCoefficients, !site.activation.hasCoefficients {
      throw GraphError(
        node: site.node, problem: "is to have other coefficients, but \(site.activation.kind) has none")
    }
    switch self {
    case .constant(let coefficients): try coefficients.check(site)
    case .noIntercepts, .firstFunction: break
    case .uniformAttention:
      guard site.activation.attention == nil else { break }
      throw GraphError(node: site.node, problem: "is to have another attention, but \(site.activation.kind) has none")
    }
  }
}

/// Slopes and intercepts of K linear functions: one number for each coefficient channel, or one for all.
public struct ConstantCoefficients: Sendable, Hashable, Codable {
  /// a, `[K][channels]` or `[K][1]`.
  public var slopes: [[Float]]
  /// b, shaped like ``slopes``.
  public var intercepts: [[Float]]

  /// Creates coefficients; ``Subject/check(_:)`` holds them against their site.
  package init(slopes: [[Float]], intercepts: [[Float]]) {
    self.slopes = slopes
    self.intercepts = intercepts
  }

  fileprivate func check(_ site: ActivationSite) throws(GraphError) {
    let (functions, channels) = (site.activation.functions, site.coefficientChannels)
    func fits(_ rows: [[Float]]) -> Bool {
      rows.count == functions
        && rows.allSatisfy { ($0.count == 1 || $0.count == channels) && $0.allSatisfy(\.isFinite) }
    }
    guard fits(slopes), fits(intercepts) else {
      throw GraphError(
        node: site.node,
        problem:
          "is to have constant coefficients, but they are not \(functions) rows of 1 or \(channels) finite numbers")
    }
  }
}
