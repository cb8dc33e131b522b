import Tensors

/// What a convolution is to an inverted residual block, read off the graph: whatever its node or its site is called.
public enum ConvolutionRole: String, Sendable, CaseIterable, Codable {
  /// A 1x1 convolution to more channels, for a depthwise one.
  case expansion
  /// One filter for each channel.
  case depthwise
  /// A 1x1 convolution of what a depthwise one gave, to fewer channels, or to as many where no other depthwise one
  /// follows.
  case projection
}

/// The roles of a graph's convolutions.
struct ConvolutionRoles {
  private let nodes: [String: Node]
  private let shapes: [String: FeatureShape]
  /// Maps that a depthwise convolution takes, through nothing but normalisations and activations.
  private var takenByDepthwise: Set<String> = []

  init(_ graph: Graph, shapes: [String: FeatureShape]) {
    nodes = Dictionary(graph.nodes.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    self.shapes = shapes
    for node in graph.nodes where isDepthwise(node) {
      var name = node.inputs.first
      while let map = name, takenByDepthwise.insert(map).inserted { name = nodes[map].flatMap(passedOn) }
    }
  }

  /// The role of the convolution whose output a node takes, normalised or as it is; nil where there is none, or none
  /// with a role.
  func role(before node: Node) -> ConvolutionRole? {
    var input = node.inputs.first.flatMap { nodes[$0] }
    while let map = input, case .batchNormalization = map.operation { input = map.inputs.first.flatMap { nodes[$0] } }
    return input.flatMap { role(of: $0) }
  }

  private func role(of node: Node) -> ConvolutionRole? {
    if isDepthwise(node) { return .depthwise }
    guard let convolution = convolution(of: node), convolution.kernel == Extent2D(1), convolution.groups == 1,
      let input = node.inputs.first, let inputs = shapes[input]?.channels
    else { return nil }
    let (outputs, isTaken) = (convolution.outChannels, takenByDepthwise.contains(node.name))
    if outputs > inputs { return isTaken ? .expansion : nil }
    guard comesFromDepthwise(input) else { return nil }
    return outputs < inputs || !isTaken ? .projection : nil
  }

  /// A convolution's options, with one kernel or with a mixture for each image.
  private func convolution(of node: Node) -> Convolution? {
    switch node.operation {
    case .convolution(let options): options
    case .mixedConvolution(let options): options.convolution
    default: nil
    }
  }

  private func isDepthwise(_ node: Node) -> Bool {
    guard let convolution = convolution(of: node) else { return false }
    return convolution.groups > 1 && convolution.groups == convolution.outChannels
  }

  /// Whether a map is a depthwise convolution's output, through nothing but normalisations and activations.
  private func comesFromDepthwise(_ name: String) -> Bool {
    var name: String? = name
    while let map = name, let node = nodes[map] {
      if isDepthwise(node) { return true }
      name = passedOn(node)
    }
    return false
  }

  /// The map of which a normalisation or an activation makes its own; nil for other nodes.
  private func passedOn(_ node: Node) -> String? {
    switch node.operation {
    case .batchNormalization, .activation: node.inputs.first
    default: nil
    }
  }
}
