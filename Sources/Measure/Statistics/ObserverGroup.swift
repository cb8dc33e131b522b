import KernelInterface
import Networks
import Tensors

/// What one worker counts for several questions in one pass over the images.
final class ObserverGroup: FindingObserver, @unchecked Sendable {
  private let observers: [any FindingObserver]
  /// Those that look at a site, by its id.
  private let bySite: [[any FindingObserver]]

  /// A group that looks at what each of its observers looks at.
  init(_ observers: [any FindingObserver], sites: [ActivationSite]) {
    self.observers = observers
    bySite = sites.map { site in observers.filter { $0.watchedSite ?? site.id == site.id } }
  }

  /// What one observer wants, or all positions where two want different ones.
  func wantedPositions(of site: ActivationSite, image: ImageIdentity) -> PositionSelection {
    bySite[site.id].reduce(.none) { wanted, observer in
      let own = observer.wantedPositions(of: site, image: image)
      return wanted.isNone || own == wanted ? own : own.isNone ? wanted : .all
    }
  }

  func observe(_ coefficients: ActivationCoefficients, of site: ActivationSite, image: ImageIdentity) {
    for observer in bySite[site.id] { observer.observe(coefficients, of: site, image: image) }
  }

  func observe(_ sample: ActivationSample, of site: ActivationSite, image: ImageIdentity) {
    for observer in bySite[site.id] where !observer.wantedPositions(of: site, image: image).isNone {
      observer.observe(sample, of: site, image: image)
    }
  }

  func observe(attention: TensorSlice, of site: ActivationSite, image: ImageIdentity) {
    for observer in bySite[site.id] { observer.observe(attention: attention, of: site, image: image) }
  }

  func observe(input: TensorSlice, _ shape: FeatureShape, image: ImageIdentity) {
    for observer in observers { observer.observe(input: input, shape, image: image) }
  }

  func observe(logits: [Float], label: Int?, image: ImageIdentity) {
    for observer in observers { observer.observe(logits: logits, label: label, image: image) }
  }

  func finish(images: Int) { for observer in observers { observer.finish(images: images) } }

  func finding(_ question: Question) -> (any Finding)? {
    observers.lazy.compactMap { $0.finding(question) }.first
  }
}

extension [Question] {
  /// The last site that the answers need the network for; nil for all of it.
  public var lastSite: Int? {
    let last = map(\.lastSite)
    return last.contains(nil) ? nil : last.compactMap { $0 }.max()
  }

  /// What one worker counts in one pass for all of these questions; nil where that is what a subject's first pass
  /// counts.
  ///
  /// - Throws: ``GraphError`` when the network does not have what is asked for.
  public func observer(of sites: [ActivationSite], kernels: KernelTable) throws(GraphError) -> (any FindingObserver)? {
    var observers: [any FindingObserver] = []
    for question in self {
      if let observer = try question.observer(of: sites, kernels: kernels) { observers.append(observer) }
    }
    return observers.count < 2 ? observers.first : ObserverGroup(observers, sites: sites)
  }
}
