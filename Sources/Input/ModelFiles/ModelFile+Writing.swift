import Networks
import PlainText

extension TensorFile {
  /// The networks of a model as a model file that says everything about them (docs/model-format.md): what
  /// ``Networks/Model/load(_:options:)`` reads again as the same.
  public init(_ model: Model) {
    let isOne = model.variants.count == 1
    var description: [JSONValue] = []
    var tensors: [(name: String, variant: Variant, own: String)] = []
    for variant in model.variants {
      func key(_ name: String) -> String { isOne ? name : "\(variant.name)/\(name)" }
      description.append(VariantEncoder(variant, tensor: key).value)
      tensors += variant.uniqueTensorNeeds.map { (key($0.name), variant, $0.name) }
    }
    let text = JSONValue.object([
      "format": .integer(SafetensorsReader.version), "variants": .array(description),
    ]).text
    self.init(metadata: [SafetensorsReader.metadataKey: text])
    for (name, variant, own) in tensors {
      guard let tensor = variant.weights[own] else {
        flaw = "it needs the tensor \(own), \(variant.weights.absence(of: own))"
        return
      }
      add(name, shape: tensor.shape, values: tensor.values.array)
    }
  }
}

/// Turns a ``Variant`` into the JSON that ``VariantDecoder`` reads.
struct VariantEncoder {
  /// The variant's description.
  let value: JSONValue

  init(_ variant: Variant, tensor: @escaping (String) -> String) {
    let nodes = NodeEncoder(tensor: tensor)
    var members: [String: JSONValue] = [
      "name": .string(String(variant.name.map { $0 == "/" ? "_" : $0 }.drop { $0 == "." })),
      "nodes": .array(variant.graph.nodes.map(nodes.value)), "output": .string(variant.graph.output),
      "preprocessing": Self.preprocessing(variant.preprocessing),
    ]
    if !variant.labels.isEmpty { members["labels"] = .array(variant.labels.map(JSONValue.string)) }
    value = .object(members)
  }

  private static func preprocessing(_ preprocessing: Preprocessing) -> JSONValue {
    var members: [String: JSONValue] = [
      "channels": .integer(preprocessing.channels), "padding": preprocessing.padding.json,
      "mean": .array(preprocessing.mean.map(JSONValue.float)),
      "deviation": .array(preprocessing.deviation.map(JSONValue.float)),
    ]
    members["crop"] = preprocessing.crop.map { .object(size($0)) }
    if let resize = preprocessing.resize {
      var own: [String: JSONValue] =
        switch resize {
        case .shorterSide(let side): ["shorter_side": .integer(side)]
        case .exact(let extent): size(extent)
        }
      own["interpolation"] = .string(preprocessing.interpolation.rawValue)
      members["resize"] = .object(own)
    }
    return .object(members)
  }

  private static func size(_ extent: Extent2D) -> [String: JSONValue] {
    ["height": .integer(extent.height), "width": .integer(extent.width)]
  }
}
