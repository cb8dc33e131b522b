import Networks
import Tensors

/// Turns a ``Node`` into the JSON that ``NodeDecoder`` reads (docs/model-format.md).
struct NodeEncoder {
  /// The name of a tensor in the archive by its name in the network.
  let tensor: (String) -> String

  /// A node with all of its keys.
  func value(_ node: Node) -> JSONValue {
    var members = options(node.operation)
    members["name"] = .string(node.name)
    if !node.inputs.isEmpty { members["inputs"] = .array(node.inputs.map(JSONValue.string)) }
    return .object(members)
  }

  private func options(_ operation: Operation) -> [String: JSONValue] {
    switch operation {
    case .input(let shape):
      return [
        "operator": .string("input"), "channels": .integer(shape.channels), "height": .integer(shape.height),
        "width": .integer(shape.width),
      ]
    case .convolution(let options): return convolution(options)
    case .batchNormalization(let norm):
      return [
        "operator": .string("batch_normalization"), "weight": name(norm.weight), "bias": name(norm.bias),
        "mean": name(norm.mean), "variance": name(norm.variance), "epsilon": .float(norm.epsilon),
      ]
    case .activation(let activation):
      return ActivationEncoder(tensor: tensor).members(activation).merging(["operator": .string("activation")]) { $1 }
    case .normalization(let options): return normalization(options)
    case .softmax(let axis): return softmax(axis)
    case .combine(let function): return ["operator": .string(function.rawValue)]
    case .concatenate(let axis): return ["operator": .string("concatenate"), "axis": .string(axis.rawValue)]
    case .rearrange(let options): return MapEncoder.rearrangement(options)
    case .selectChannels(let channels):
      return ["operator": .string("select_channels"), "channels": .array(channels.map(JSONValue.integer))]
    case .upsample(let options): return MapEncoder.upsampling(options)
    case .mixedConvolution(let options):
      let own: [String: JSONValue] = [
        "operator": .string("mixed_convolution"), "kernels": .integer(options.kernels),
      ]
      return convolution(options.convolution).merging(own) { $1 }
    case .transposedConvolution(let options): return transposed(options)
    case .globalAveragePool: return ["operator": .string("global_average_pool")]
    case .pool(let options): return pooling(options)
    case .poolParts(let options): return MapEncoder.parts(options)
    case .linear(let options):
      var members: [String: JSONValue] = [
        "operator": .string("linear"), "out_features": .integer(options.outFeatures), "weight": name(options.weight),
      ]
      members["bias"] = options.bias.map(name)
      return members
    }
  }

  private func name(_ tensor: String) -> JSONValue { .string(self.tensor(tensor)) }

  private func convolution(_ options: Convolution) -> [String: JSONValue] {
    var members: [String: JSONValue] = [
      "operator": .string("convolution"), "out_channels": .integer(options.outChannels),
      "kernel": options.kernel.json, "stride": options.stride.json, "padding": options.padding.json,
      "dilation": options.dilation.json, "groups": .integer(options.groups), "weight": name(options.weight),
    ]
    members["bias"] = options.bias.map(name)
    return members
  }

  private func transposed(_ options: TransposedConvolution) -> [String: JSONValue] {
    var members: [String: JSONValue] = [
      "operator": .string("transposed_convolution"), "out_channels": .integer(options.outChannels),
      "kernel": options.kernel.json, "stride": options.stride.json, "padding": options.padding.json,
      "output_padding": options.outputPadding.json, "dilation": options.dilation.json,
      "groups": .integer(options.groups), "weight": name(options.weight),
    ]
    members["bias"] = options.bias.map(name)
    return members
  }

  private func normalization(_ options: Normalization) -> [String: JSONValue] {
    var members: [String: JSONValue] = ["epsilon": .float(options.epsilon)]
    switch options.kind {
    case .layer(let isCentred):
      members["operator"] = .string("layer_normalization")
      members["centred"] = .bool(isCentred)
    case .group(let groups):
      members["operator"] = .string("group_normalization")
      members["groups"] = .integer(groups)
    case .response(let addsInput):
      members["operator"] = .string("response_normalization")
      members["add_input"] = .bool(addsInput)
    }
    members["weight"] = options.weight.map(name)
    members["bias"] = options.bias.map(name)
    return members
  }

  private func softmax(_ axis: SoftmaxAxis) -> [String: JSONValue] {
    var members: [String: JSONValue] = ["operator": .string("softmax")]
    switch axis {
    case .positions: members["over"] = .string("positions")
    case .channels(let parts):
      members["over"] = .string("channels")
      members["parts"] = parts.map(JSONValue.integer)
    }
    return members
  }

  private func pooling(_ options: Pooling) -> [String: JSONValue] {
    var members: [String: JSONValue] = [
      "kernel": options.kernel.json, "stride": options.stride.json, "padding": options.padding.json,
    ]
    switch options.kind {
    case .maximum:
      members["operator"] = .string("max_pool")
      members["dilation"] = options.dilation.json
    case .average(let countsPadding):
      members["operator"] = .string("average_pool")
      members["count_padding"] = .bool(countsPadding)
    }
    return members
  }
}

extension Extent2D {
  /// [height, width].
  var json: JSONValue { .array([.integer(height), .integer(width)]) }
}

extension Padding {
  /// [top, left, bottom, right].
  var json: JSONValue { .array([top, left, bottom, right].map(JSONValue.integer)) }
}
