import Networks
import Tensors

/// A feature map in double precision: `[height][width][channels]` without padding lanes.
public struct ReferenceMap: Sendable, Equatable {
  /// The map's shape.
  public let shape: FeatureShape
  /// The elements, channels fastest.
  public var values: [Double]

  /// A map of zeros.
  public init(zeros shape: FeatureShape) {
    self.shape = shape
    values = Array(repeating: 0, count: shape.count)
  }

  /// The elements of `slice`, which has padding lanes.
  public init(_ slice: TensorSlice, shape: FeatureShape) {
    self.init(zeros: shape)
    for position in 0..<shape.positions {
      for channel in 0..<shape.channels {
        values[position * shape.channels + channel] = Double(slice[position * shape.channelStride + channel])
      }
    }
  }

  /// The image `image` as executors take it, without padding lanes.
  public init(image: TensorSlice, shape: FeatureShape) {
    self.init(zeros: shape)
    for index in values.indices { values[index] = Double(image[index]) }
  }

  /// The elements rounded to single precision, with zeros in padding lanes.
  public var slice: TensorSlice {
    let slice = TensorSlice(zeros: shape.storedCount)
    for position in 0..<shape.positions {
      for channel in 0..<shape.channels {
        slice[position * shape.channelStride + channel] = Float(values[position * shape.channels + channel])
      }
    }
    return slice
  }
}

/// Computes a graph as it is written down: node by node, one loop for each sum, in double precision, with nothing folded or fused.
///
/// It is slow and has one purpose: to be right, so that ``Executor`` can be held against it.
public struct ReferenceExecutor: Sendable {
  /// What it computes.
  public let graph: Graph
  /// The graph's shapes and sites.
  public let shapes: GraphShapes
  let weights: ReferenceWeights
  /// What stands in for the coefficients of some sites, by id.
  let changes: [Int: SiteChange]

  /// A reference for `graph`, with changes at some of its sites.
  ///
  /// - Throws: `GraphError` naming the node whose graph or weights are at fault.
  public init(_ graph: Graph, weights: Weights, changes: [Int: SiteChange] = [:]) throws(GraphError) {
    self.graph = graph
    self.changes = changes
    shapes = try GraphShapes(graph)
    self.weights = try ReferenceWeights(graph, shapes: shapes, weights: weights)
  }

  /// The value of every node by name, for one image (`[positions][channels]`).
  public func values(
    of input: TensorSlice, image: ImageIdentity = ImageIdentity(ordinal: 0, key: 0),
    observer: (any ActivationObserver)? = nil
  ) -> [String: ReferenceMap] {
    var values: [String: ReferenceMap] = [:]
    var sites = shapes.sites.makeIterator()
    for node in graph.nodes {
      let inputs = node.inputs.compactMap { values[$0] }
      switch node.operation {
      case .input(let shape): values[node.name] = ReferenceMap(image: input, shape: shape)
      case .convolution(let options): values[node.name] = convolution(options, node: node.name, inputs[0])
      case .batchNormalization(let options): values[node.name] = normalization(options, inputs[0])
      case .activation:
        guard let site = sites.next() else { preconditionFailure("a site for each activation") }
        values[node.name] = activation(site, inputs, image: image, observer: observer)
      case .add: values[node.name] = Self.combined(inputs[0], inputs[1], +)
      case .multiply: values[node.name] = Self.combined(inputs[0], inputs[1], *)
      case .concatenate: values[node.name] = Self.concatenated(inputs, shape(node.name))
      case .selectChannels(let channels):
        values[node.name] = Self.selected(channels, inputs[0], shape(node.name))
      case .upsample(let options): values[node.name] = Self.upsampled(options, inputs[0], shape(node.name))
      case .globalAveragePool: values[node.name] = Self.means(inputs[0])
      case .pool(let options): values[node.name] = pool(options, node: node.name, inputs[0])
      case .linear(let options):
        values[node.name] = linear(weight: options.weight, bias: options.bias, inputs[0])
      }
    }
    return values
  }
}

extension ReferenceExecutor {
  private func shape(_ node: String) -> FeatureShape {
    guard let shape = shapes.shapes[node] else { preconditionFailure("a shape for each node") }
    return shape
  }

  private func convolution(_ options: Convolution, node: String, _ input: ReferenceMap) -> ReferenceMap {
    let shape = shape(node)
    var output = ReferenceMap(zeros: shape)
    let (weight, bias) = (weights[options.weight], weights[options.bias, count: shape.channels])
    for row in 0..<shape.height {
      for column in 0..<shape.width {
        for channel in 0..<shape.channels {
          let sum = Self.window(options, weight, input, row: row, column: column, channel: channel)
          output.values[(row * shape.width + column) * shape.channels + channel] = bias[channel] + sum
        }
      }
    }
    return output
  }

  /// One output of a convolution, without the bias.
  private static func window(
    _ options: Convolution, _ weight: [Double], _ input: ReferenceMap, row: Int, column: Int, channel: Int
  ) -> Double {
    let depth = input.shape.channels / options.groups
    let first = channel / (options.outChannels / options.groups) * depth
    let kernel = options.kernel
    var sum = 0.0
    for y in 0..<kernel.height {
      let inputRow = row * options.stride.height - options.padding.top + y * options.dilation.height
      guard 0..<input.shape.height ~= inputRow else { continue }
      for x in 0..<kernel.width {
        let inputColumn = column * options.stride.width - options.padding.left + x * options.dilation.width
        guard 0..<input.shape.width ~= inputColumn else { continue }
        let position = (inputRow * input.shape.width + inputColumn) * input.shape.channels + first
        for index in 0..<depth {
          sum +=
            weight[((channel * depth + index) * kernel.height + y) * kernel.width + x]
            * input.values[position + index]
        }
      }
    }
    return sum
  }

  private func normalization(_ options: BatchNormalization, _ input: ReferenceMap) -> ReferenceMap {
    var output = input
    let (weight, bias) = (weights[options.weight], weights[options.bias])
    let (mean, variance) = (weights[options.mean], weights[options.variance])
    for index in output.values.indices {
      let channel = index % input.shape.channels
      let deviation = (variance[channel] + Double(options.epsilon)).squareRoot()
      output.values[index] = (input.values[index] - mean[channel]) / deviation * weight[channel] + bias[channel]
    }
    return output
  }

  /// The global average pool.
  static func means(_ input: ReferenceMap) -> ReferenceMap {
    let channels = input.shape.channels
    var output = ReferenceMap(zeros: FeatureShape(height: 1, width: 1, channels: channels))
    for index in input.values.indices { output.values[index % channels] += input.values[index] }
    for channel in 0..<channels { output.values[channel] /= Double(input.shape.positions) }
    return output
  }

  /// A fully connected layer.
  func linear(weight: String, bias: String?, _ input: ReferenceMap) -> ReferenceMap {
    let (weight, features) = (weights[weight], input.values.count)
    let outputs = weight.count / features
    let bias = weights[bias, count: outputs]
    var output = ReferenceMap(zeros: FeatureShape(height: 1, width: 1, channels: outputs))
    for row in 0..<outputs {
      output.values[row] = bias[row]
      for column in 0..<features { output.values[row] += weight[row * features + column] * input.values[column] }
    }
    return output
  }

  /// The 1x1 convolution to one channel of equation (4).
  func projection(_ options: SpatialAttention, _ input: ReferenceMap) -> [Double] {
    let (weight, bias) = (weights[options.weight], weights[options.bias, count: 1])
    return (0..<input.shape.positions).map { position in
      weight.indices.reduce(bias[0]) { $0 + weight[$1] * input.values[position * weight.count + $1] }
    }
  }
}

/// Every tensor of a graph as doubles, row-major as in the file.
struct ReferenceWeights: Sendable {
  private var tensors: [String: [Double]] = [:]

  init(_ graph: Graph, shapes: GraphShapes, weights: Weights) throws(GraphError) {
    for node in graph.nodes {
      guard let input = node.inputs.first.flatMap({ shapes.shapes[$0] }) else { continue }
      for needed in node.operation.weightShapes(input: input) {
        let tensor = try weights.tensor(needed.name, shape: needed.shape, node: node.name)
        tensors[needed.name] = tensor.values.array.map(Double.init)
      }
    }
  }

  subscript(name: String) -> [Double] {
    guard let values = tensors[name] else { preconditionFailure("a tensor for each name") }
    return values
  }

  /// Zeros where there is no name.
  subscript(name: String?, count count: Int) -> [Double] {
    name.map { self[$0] } ?? Array(repeating: 0, count: count)
  }
}
