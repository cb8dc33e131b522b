import Tensors

/// What is wrong with a graph: the node, what was expected and what came.
public struct GraphError: Error, Equatable, CustomStringConvertible {
  /// The node at fault.
  public let node: String
  /// What was expected and what came.
  public let problem: String

  /// Creates an error.
  public init(node: String, problem: String) {
    self.node = node
    self.problem = problem
  }

  /// `node NAME: PROBLEM`.
  public var description: String { "node \(node): \(problem)" }
}

/// The feature shape of every node, found by walking a graph in order; making one validates the graph.
public struct GraphShapes: Sendable {
  /// The output shape of each node, by name.
  public let shapes: [String: FeatureShape]
  /// The activations in the order in which they run.
  public let sites: [ActivationSite]
  /// The input's shape.
  public let input: FeatureShape
  /// The result's shape.
  public let output: FeatureShape

  /// Largest extent accepted on any axis.
  public static let maximumExtent = 1 << 16
  /// Most elements accepted in one map, padding included.
  public static let maximumElements = 1 << 28

  /// Validates `graph` and infers its shapes.
  ///
  /// - Throws: ``GraphError`` naming the first node with a duplicate name, an unknown or later input, an impossible shape
  ///   or options that contradict each other.
  public init(_ graph: Graph) throws(GraphError) {
    var shapes: [String: FeatureShape] = [:]
    var activations: [(node: Node, options: Activation)] = []
    var inputShape: FeatureShape?
    for node in graph.nodes {
      guard shapes[node.name] == nil else {
        throw GraphError(node: node.name, problem: "the name is used twice")
      }
      let shape = try node.outputShape(inputs: Self.inputShapes(of: node, in: shapes))
      if case .input = node.operation {
        guard inputShape == nil else { throw GraphError(node: node.name, problem: "a second input node") }
        inputShape = shape
      }
      if case .activation(let activation) = node.operation {
        activations.append((node, activation))
      }
      shapes[node.name] = shape
    }
    guard let inputShape else { throw GraphError(node: graph.output, problem: "the graph has no input node") }
    guard let output = shapes[graph.output] else {
      throw GraphError(node: graph.output, problem: "named as the output, but no such node")
    }
    self.shapes = shapes
    let roles = ConvolutionRoles(graph, shapes: shapes)
    sites = activations.enumerated().map { id, activation in
      ActivationSite(
        id: id, node: activation.node.name, shape: shapes[activation.node.name] ?? inputShape,
        activation: activation.options, role: roles.role(before: activation.node))
    }
    self.input = inputShape
    self.output = output
  }

  private static func inputShapes(
    of node: Node, in shapes: [String: FeatureShape]
  ) throws(GraphError) -> [FeatureShape] {
    var found: [FeatureShape] = []
    for name in node.inputs {
      guard let shape = shapes[name] else {
        throw GraphError(node: node.name, problem: "takes \(name), which no earlier node is named")
      }
      found.append(shape)
    }
    let arity = node.operation.arity
    guard arity.contains(found.count) else {
      let wanted = arity.count == 1 ? "\(arity.lowerBound)" : "\(arity.lowerBound) to \(arity.upperBound)"
      throw GraphError(node: node.name, problem: "takes \(wanted) inputs, but \(found.count) are given")
    }
    return found
  }
}

extension Operation {
  /// Inputs that the operation takes.
  var arity: ClosedRange<Int> {
    switch self {
    case .input: return 0...0
    case .add, .multiply: return 2...2
    case .concatenate: return 1...64
    case .activation(let activation):
      switch activation.coefficients {
      case .maximum: return activation.functions...activation.functions
      case .given: return 2...2
      case .constant, .parametric, .hyper, .curve: return 1...1
      }
    case .convolution, .batchNormalization, .selectChannels, .upsample, .globalAveragePool, .pool, .linear: return 1...1
    }
  }
}

extension Node {
  /// The shape of the node's value for the given input shapes (as many as the operation takes).
  func outputShape(inputs: [FeatureShape]) throws(GraphError) -> FeatureShape {
    switch operation {
    case .input(let shape):
      return try checked(height: shape.height, width: shape.width, channels: shape.channels)
    case .convolution(let convolution):
      return try outputShape(of: convolution, input: inputs[0])
    case .batchNormalization(let normalization):
      guard normalization.epsilon.isFinite, normalization.epsilon >= 0 else {
        throw GraphError(node: name, problem: "epsilon must be finite and not negative")
      }
      return inputs[0]
    case .activation(let activation):
      try validate(activation)
      try validate(activation, inputs: inputs)
      return inputs[0]
    case .add, .multiply:
      let isAlike = inputs[0].height == inputs[1].height && inputs[0].width == inputs[1].width
      guard isAlike || inputs[1].positions == 1,
        inputs[1].channels == inputs[0].channels || isAlike && inputs[1].channels == 1
      else {
        throw GraphError(
          node: name,
          problem:
            "takes two maps of one shape, or a vector or one channel second, not \(inputs[0].text) and \(inputs[1].text)"
        )
      }
      return inputs[0]
    case .concatenate:
      guard inputs.allSatisfy({ $0.height == inputs[0].height && $0.width == inputs[0].width }) else {
        throw GraphError(
          node: name, problem: "joins maps of different sizes: \(inputs.map(\.text).joined(separator: ", "))")
      }
      return try checked(
        height: inputs[0].height, width: inputs[0].width, channels: inputs.reduce(0) { $0 + $1.channels })
    case .selectChannels(let channels):
      guard let last = channels.max(), channels.allSatisfy({ $0 >= 0 }), last < inputs[0].channels else {
        throw GraphError(node: name, problem: "selects channels that its \(inputs[0].text) input does not have")
      }
      return try checked(height: inputs[0].height, width: inputs[0].width, channels: channels.count)
    case .upsample(let options):
      let (height, tall) = inputs[0].height.multipliedReportingOverflow(by: options.factor.height)
      let (width, wide) = inputs[0].width.multipliedReportingOverflow(by: options.factor.width)
      guard options.factor.height >= 1, options.factor.width >= 1, !tall, !wide else {
        throw GraphError(node: name, problem: "the factors are out of range")
      }
      return try checked(height: height, width: width, channels: inputs[0].channels)
    case .globalAveragePool:
      return FeatureShape(height: 1, width: 1, channels: inputs[0].channels)
    case .pool(let pooling):
      return try outputShape(of: pooling, input: inputs[0])
    case .linear(let linear):
      guard inputs[0].positions == 1 else {
        throw GraphError(node: name, problem: "a linear layer takes a 1x1 map, not \(inputs[0])")
      }
      return try checked(height: 1, width: 1, channels: linear.outFeatures)
    }
  }

  private func outputShape(of convolution: Convolution, input: FeatureShape) throws(GraphError) -> FeatureShape {
    let vertical = WindowAxis(
      size: input.height, before: convolution.padding.top, after: convolution.padding.bottom,
      kernel: convolution.kernel.height, stride: convolution.stride.height, dilation: convolution.dilation.height)
    let horizontal = WindowAxis(
      size: input.width, before: convolution.padding.left, after: convolution.padding.right,
      kernel: convolution.kernel.width, stride: convolution.stride.width, dilation: convolution.dilation.width)
    let allowed = 1...GraphShapes.maximumExtent
    guard vertical.isAllowed, horizontal.isAllowed, allowed.contains(convolution.groups),
      allowed.contains(convolution.outChannels)
    else { throw GraphError(node: name, problem: "kernel, stride, dilation, groups or padding out of range") }
    guard input.channels % convolution.groups == 0, convolution.outChannels % convolution.groups == 0 else {
      throw GraphError(
        node: name,
        problem: "\(convolution.groups) groups do not divide \(input.channels) -> \(convolution.outChannels) channels")
    }
    return try checked(
      height: vertical.outputs, width: horizontal.outputs, channels: convolution.outChannels)
  }

  func checked(height: Int, width: Int, channels: Int) throws(GraphError) -> FeatureShape {
    let allowed = 1...GraphShapes.maximumExtent
    guard allowed.contains(height), allowed.contains(width), allowed.contains(channels),
      height * width <= GraphShapes.maximumElements / FeatureShape.padded(channels)
    else {
      throw GraphError(
        node: name, problem: "its shape would be \(height)x\(width)x\(channels) (height, width, channels)")
    }
    return FeatureShape(height: height, width: width, channels: channels)
  }
}

extension FeatureShape {
  /// `height×width×channels` for messages and tables.
  public var text: String { "\(height)×\(width)×\(channels)" }
}
