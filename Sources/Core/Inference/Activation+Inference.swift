import Networks
import Tensors

/// An activation that no convolution takes along.
extension Activation: RunnableOperator {
  func requestSums(for node: Node, _ fusions: inout Fusions) {
    guard isHyper, !fusions.absorbed.contains(node.name) else { return }
    _ = fusions.request(node.inputs[0], period: nil)
  }

  func keepsSums(of node: Node, _ fusions: Fusions) -> Bool { !isMaxout }

  func lower(_ node: Node, in lowering: inout Lowering) throws(GraphError) {
    let site = lowering.site(node.name)
    guard !isMaxout else { return lowering.append(lowering.combination(.maximum, node, site: site)) }
    let plan = try lowering.plan(self, site: site, node)
    lowering.append(lowering.elementwise(.activation(plan), node))
  }

  func reference(_ inputs: [ReferenceMap], _ run: ReferenceRun) -> ReferenceMap {
    guard let site = run.site else { preconditionFailure("a site for each activation") }
    return run.executor.activation(site, inputs, image: run.image, observer: run.observer)
  }

  /// Whether coefficients are computed for each image.
  var isHyper: Bool {
    guard case .hyper = coefficients else { return false }
    return true
  }

  /// Whether it is the largest of several maps.
  var isMaxout: Bool {
    guard case .maximum = coefficients else { return false }
    return true
  }

  /// Whether the node has x as its only input.
  var takesOneMap: Bool {
    switch coefficients {
    case .constant, .parametric, .hyper, .curve: true
    case .given, .maximum: false
    }
  }
}
