import Functions
import Tensors

/// A graph in the making: a chain of named modules, each taking the last one's value.
struct GraphBuilder {
  /// Stands before the name of every weight.
  let prefix: String
  /// Which activation stands where.
  var placement: ActivationPlacement
  /// Of the batch normalisations.
  var epsilon: Float = 1e-5
  /// The number of the block that is being built, as sites show it.
  var block = 0
  /// What the block is called, where its number does not say it.
  var blockName: String?
  /// The nodes so far.
  private(set) var nodes: [Node]
  /// The node whose value the next one takes.
  private(set) var last: String
  /// Channels of that value.
  private(set) var channels: Int

  /// Starts with the image.
  init(input: FeatureShape, prefix: String, placement: ActivationPlacement) {
    self.prefix = prefix
    self.placement = placement
    nodes = [Node(name: "input", operation: .input(input), inputs: [])]
    last = "input"
    channels = input.channels
  }

  /// The graph, with the last value as its output.
  var graph: Graph { Graph(nodes: nodes, output: last) }

  /// A value to return to: a residual's start.
  var mark: (node: String, channels: Int) { (last, channels) }

  /// Lets the next node take a value from before.
  mutating func resume(at mark: (node: String, channels: Int)) { (last, channels) = mark }

  /// Adds a node that takes the last value, or `inputs`.
  mutating func append(_ name: String, _ operation: Operation, inputs: [String]? = nil) {
    nodes.append(Node(name: name, operation: operation, inputs: inputs ?? [last]))
    last = name
  }

  /// Adds the value of `node` to the last one.
  mutating func add(_ name: String, to node: String) { append(name, .add, inputs: [node, last]) }

  /// Adds a fully connected layer on a vector.
  mutating func linear(_ name: String, _ outputs: Int) {
    append(
      name, .linear(Linear(outFeatures: outputs, weight: "\(prefix)\(name).weight", bias: "\(prefix)\(name).bias")))
    channels = outputs
  }

  /// A convolution's window, and what it makes of the channels.
  struct Window {
    /// Height and width; the padding is half of it.
    var kernel = 1
    var stride = 1
    var groups = 1
    let outputs: Int
  }

  /// Convolution, batch normalisation and, where there is one, the activation. Maxout has K convolutions.
  mutating func unit(
    _ name: String, _ window: Window, _ activation: ActivationChoice?, at position: NetworkPosition
  ) {
    guard case .maxout(let functions) = activation else {
      convolution(name, window)
      if let activation { self.activation("\(name).act", activation, at: position) }
      return
    }
    let start = mark
    var maps: [String] = []
    for index in 0..<functions {
      resume(at: start)
      convolution(name, window, part: ".\(index)")
      maps.append(last)
    }
    append(
      "\(name).act",
      .activation(
        Activation(
          functions: functions, sharing: .perChannel, coefficients: .maximum, place: place(position),
          blockName: blockName)), inputs: maps)
  }

  private mutating func convolution(_ name: String, _ window: Window, part: String = "") {
    append(
      "\(name).conv\(part)",
      .convolution(
        Convolution(
          outChannels: window.outputs, kernel: Extent2D(window.kernel), stride: Extent2D(window.stride),
          padding: Padding(window.kernel / 2), groups: window.groups, weight: "\(prefix)\(name).conv\(part).weight")))
    let norm = "\(prefix)\(name).norm\(part)"
    append(
      "\(name).norm\(part)",
      .batchNormalization(
        BatchNormalization(
          weight: "\(norm).weight", bias: "\(norm).bias", mean: "\(norm).running_mean",
          variance: "\(norm).running_var", epsilon: epsilon)))
    channels = window.outputs
  }

  private func place(_ position: NetworkPosition, suffix: String = "") -> SitePlace {
    SitePlace(block: block, site: position.rawValue + suffix)
  }

  /// An activation of the last value; Maxout, which is no function of one value, comes with ``unit(_:_:_:at:)``.
  mutating func activation(_ name: String, _ choice: ActivationChoice, at position: NetworkPosition) {
    let place = place(position)
    var activation: Activation
    switch choice {
    case .relu, .maxout: activation = .relu(at: place)
    case .relu6: activation = .relu(upperBound: 6, at: place)
    case .hardSwish: activation = .curve(.hardSwish, at: place)
    case .leakyReLU(let slope): activation = .leakyReLU(slope: slope, at: place)
    case .parametricReLU: activation = .parametricReLU(slope: "\(prefix)\(name).weight", at: place)
    case .squeezeReLU(let reduction):
      squeeze("\(name).squeeze", hidden: max(channels / reduction, 1), gate: .sigmoid, at: position)
      activation = .relu(at: place)
    case .dynamic(let options):
      activation = options.activation(channels: channels, at: place, module: prefix + name)
    }
    activation.blockName = blockName
    append(name, .activation(activation))
  }

  /// Squeeze-and-excitation of the last value.
  mutating func squeeze(_ name: String, hidden: Int, gate: Gate, at position: NetworkPosition) {
    var squeeze = Activation.squeezeExcitation(
      hidden: hidden, gate: gate, at: place(position, suffix: " SE"), module: prefix + name)
    squeeze.blockName = blockName
    append(name, .activation(squeeze))
  }
}
