import Networks
import PlainText
import Tensors

/// A node with what the graph does not keep of the file's description.
struct DecodedNode {
  let node: Node
  /// Whether the rows of the hyper function's second layer stand channel by channel in the file.
  var isInterleaved = false
}

/// Turns the JSON of one node into a ``Node``; docs/model-format.md describes every key.
struct NodeDecoder {
  static let extents = 1...GraphShapes.maximumExtent
  private static let paddings = 0...GraphShapes.maximumExtent
  private static let maximumKernels = 64
  private static let indices = 0...GraphShapes.maximumExtent - 1

  var fields: Fields
  private let name: String

  /// Decodes `value`, node number `index` of the variant at `place`.
  static func decode(_ value: JSONValue, index: Int, place: String) throws(Problem) -> DecodedNode {
    var fields = try Fields(value, place: "\(place), node \(index)")
    let name = try fields.text("name")
    var decoder = NodeDecoder(fields: fields.at("\(place), node \(name.quoted)"), name: name)
    let decoded = try decoder.node()
    try decoder.fields.finish()
    return decoded
  }

  private mutating func node() throws(Problem) -> DecodedNode {
    let name = self.name
    let operatorName = try fields.text("operator")
    let inputs = try fields.texts("inputs")
    func node(_ operation: Operation) -> DecodedNode {
      DecodedNode(node: Node(name: name, operation: operation, inputs: inputs))
    }
    switch operatorName {
    case "input": return node(.input(try inputShape()))
    case "convolution": return node(.convolution(try convolution()))
    case "mixed_convolution":
      let kernels = try fields.integer("kernels", in: 1...Self.maximumKernels)
      return node(.mixedConvolution(MixedConvolution(try convolution(), kernels: kernels)))
    case "batch_normalization": return node(.batchNormalization(try batchNormalization()))
    case "layer_normalization": return node(.normalization(try layerNormalization()))
    case "group_normalization": return node(.normalization(try groupNormalization()))
    case "response_normalization": return node(.normalization(try responseNormalization()))
    case "softmax": return node(.softmax(try softmax()))
    case "activation":
      let (activation, isInterleaved) = try ActivationDecoder.decode(&fields)
      var decoded = node(.activation(activation))
      decoded.isInterleaved = isInterleaved
      return decoded
    case "concatenate": return node(.concatenate(try fields.word("axis", of: MapAxis.self, default: .channels)))
    case "select_channels": return node(.selectChannels(try fields.integerList("channels", in: Self.indices)))
    case "rearrange": return node(.rearrange(try MapDecoder.rearrangement(&fields)))
    case "upsample": return node(.upsample(try MapDecoder.upsampling(&fields)))
    case "transposed_convolution": return node(.transposedConvolution(try transposedConvolution()))
    case "global_average_pool": return node(.globalAveragePool)
    case "max_pool" where fields.contains("rows"): return node(.poolParts(try MapDecoder.parts(.maximum, &fields)))
    case "max_pool": return node(.pool(try maximumPool()))
    case "average_pool" where fields.contains("rows"): return node(.poolParts(try MapDecoder.parts(.average, &fields)))
    case "average_pool": return node(.pool(try averagePool()))
    case "linear": return node(.linear(try linear()))
    default:
      if let function = Combination.functions.first(where: { $0.rawValue == operatorName }) {
        return node(.combine(function))
      }
      let combinations = Combination.functions.map(\.rawValue).joined(separator: ", ")
      throw fields.problem(
        "unknown operator \(operatorName.quoted); expected input, convolution, mixed_convolution, "
          + "transposed_convolution, batch_normalization, layer_normalization, group_normalization, "
          + "response_normalization, softmax, activation, \(combinations), concatenate, select_channels, rearrange, "
          + "upsample, global_average_pool, max_pool, average_pool or linear")
    }
  }

  private mutating func inputShape() throws(Problem) -> FeatureShape {
    FeatureShape(
      height: try fields.integer("height", in: Self.extents), width: try fields.integer("width", in: Self.extents),
      channels: try fields.integer("channels", in: Self.extents))
  }

  private mutating func convolution() throws(Problem) -> Convolution {
    Convolution(
      outChannels: try fields.integer("out_channels", in: Self.extents),
      kernel: try extent("kernel", default: nil),
      stride: try extent("stride", default: [1, 1]),
      padding: try padding(),
      dilation: try extent("dilation", default: [1, 1]),
      groups: try fields.integer("groups", in: Self.extents, default: 1),
      weight: try fields.text("weight"), bias: try fields.optionalText("bias"))
  }

  private mutating func maximumPool() throws(Problem) -> Pooling {
    let kernel = try extent("kernel", default: nil)
    return Pooling(
      .maximum, kernel: kernel, stride: try extent("stride", default: [kernel.height, kernel.width]),
      padding: try padding(), dilation: try extent("dilation", default: [1, 1]))
  }

  private mutating func averagePool() throws(Problem) -> Pooling {
    let kernel = try extent("kernel", default: nil)
    return Pooling(
      .average(countsPadding: try fields.bool("count_padding", default: true)), kernel: kernel,
      stride: try extent("stride", default: [kernel.height, kernel.width]), padding: try padding())
  }

  private mutating func transposedConvolution() throws(Problem) -> TransposedConvolution {
    TransposedConvolution(
      outChannels: try fields.integer("out_channels", in: Self.extents),
      kernel: try extent("kernel", default: nil),
      stride: try extent("stride", default: [1, 1]),
      padding: try extent("padding", in: Self.paddings, default: [0, 0]),
      outputPadding: try extent("output_padding", in: Self.paddings, default: [0, 0]),
      dilation: try extent("dilation", default: [1, 1]),
      groups: try fields.integer("groups", in: Self.extents, default: 1),
      weight: try fields.text("weight"), bias: try fields.optionalText("bias"))
  }

  private mutating func padding() throws(Problem) -> Padding {
    let sides = try fields.integers("padding", count: 4, in: Self.paddings, default: [0, 0, 0, 0])
    return Padding(top: sides[0], left: sides[1], bottom: sides[2], right: sides[3])
  }

  private mutating func extent(
    _ key: String, in range: ClosedRange<Int> = extents, default standard: [Int]?
  ) throws(Problem) -> Extent2D {
    let sides = try fields.integers(key, count: 2, in: range, default: standard)
    return Extent2D(height: sides[0], width: sides[1])
  }

  private mutating func batchNormalization() throws(Problem) -> BatchNormalization {
    BatchNormalization(
      weight: try fields.text("weight"), bias: try fields.text("bias"), mean: try fields.text("mean"),
      variance: try fields.text("variance"), epsilon: try fields.float("epsilon", default: 1e-5))
  }

  private mutating func linear() throws(Problem) -> Linear {
    Linear(
      outFeatures: try fields.integer("out_features", in: Self.extents), weight: try fields.text("weight"),
      bias: try fields.optionalText("bias"))
  }
}
