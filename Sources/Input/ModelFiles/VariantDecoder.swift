import Networks
import PlainText
import Tensors

/// Turns one element of `variants` into a ``Variant`` and holds it against the archive's tensors.
struct VariantDecoder {
  private static let maximumNodes = 10_000

  private let archive: SafetensorsArchive
  private let place: String
  /// Rows of one channel for each tensor in use, above 1 for the interleaved second layers of hyper functions, and the
  /// first node that uses it.
  private var coefficients: [String: (rows: Int, node: String)] = [:]

  /// Decodes `value`, variant number `index` of the archive.
  static func decode(_ value: JSONValue, index: Int, archive: SafetensorsArchive) throws(Problem) -> Variant {
    var fields = try Fields(value, place: "variant \(index)")
    let name = try fields.text("name")
    guard !name.contains("/"), !name.hasPrefix("."), name.utf8.count <= 128 else {
      throw fields.problem("a name has at most 128 bytes, no / and no . in front, but it is \(name.quoted)")
    }
    let place = "variant \(name.quoted)"
    var decoder = VariantDecoder(archive: archive, place: place)
    return try decoder.variant(fields.at(place), name: name)
  }

  private mutating func variant(_ description: Fields, name: String) throws(Problem) -> Variant {
    var fields = description
    guard case .array(let values)? = fields.take("nodes") else { throw fields.problem("nodes must be an array") }
    guard values.count <= Self.maximumNodes else {
      throw fields.problem("has \(values.count) nodes, but at most \(Self.maximumNodes) are read")
    }
    var nodes: [DecodedNode] = []
    for (index, value) in values.enumerated() {
      nodes.append(try NodeDecoder.decode(value, index: index, place: place))
    }
    let graph = Graph(nodes: nodes.map(\.node), output: try fields.text("output"))
    let shapes: GraphShapes
    do throws(GraphError) { shapes = try GraphShapes(graph) } catch { throw fields.problem(error.description) }
    try checkPlaces(shapes.sites)
    for node in nodes { try checkTensors(of: node, shapes: shapes) }
    guard var preprocessing = try fields.object("preprocessing") else {
      throw fields.missing("preprocessing", "an object")
    }
    let decoded = try PreprocessingDecoder.decode(&preprocessing, input: shapes.input)
    let labels = try self.labels(&fields, output: shapes.output)
    try fields.finish()
    let weights = Weights(
      ArchiveWeights(archive: archive, coefficients: coefficients.mapValues(\.rows).filter { $0.value > 1 }))
    do throws(GraphError) {
      return try Variant(name: name, graph: graph, preprocessing: decoded, labels: labels, weights: weights)
    } catch { throw fields.problem(error.description) }
  }

  private func labels(_ fields: inout Fields, output: FeatureShape) throws(Problem) -> [String] {
    // Text editors put a byte-order mark at the start of a file of names.
    let labels = try fields.texts("labels").map { String($0.trimmingPrefix("\u{FEFF}")) }
    if labels.contains("") { throw fields.problem("labels is an empty string") }
    var first: [String: Int] = [:]
    for (index, label) in labels.enumerated() {
      guard let other = first.updateValue(index, forKey: label) else { continue }
      throw fields.problem(
        "the classes \(other) and \(index) are both called \(label.quoted); labels tell classes apart")
    }
    guard labels.isEmpty || (labels.count == output.channels && output.positions == 1) else {
      throw fields.problem("has \(labels.count) labels, but the output is \(output.text)")
    }
    return labels
  }

  /// Outputs name an activation by its block and site, so these must tell activations apart.
  private func checkPlaces(_ sites: [ActivationSite]) throws(Problem) {
    var nodes: [SitePlace: String] = [:]
    for site in sites {
      if let other = nodes.updateValue(site.node, forKey: site.place) {
        throw Problem(
          "\(place), node \(site.node.quoted): block \(site.place.block), site \(site.place.site.quoted) is also "
            + "the place of node \(other.quoted)")
      }
    }
  }

  /// In which order a node takes a tensor's rows, with so many of one channel.
  private static func order(_ rows: Int) -> String {
    rows == 1 ? "in the order in which they stand" : "channel by channel, \(rows) each (row_order interleaved)"
  }

  private mutating func checkTensors(of decoded: DecodedNode, shapes: GraphShapes) throws(Problem) {
    let node = decoded.node
    guard let input = node.inputs.first.flatMap({ shapes.shapes[$0] }) else { return }
    for need in node.operation.weightShapes(input: input) {
      func problem(_ text: String) -> Problem {
        Problem("\(place), node \(node.name.quoted), \(need.role): \(text)")
      }
      guard let entry = archive.entries[need.name] else {
        throw problem("the file holds no tensor \(need.name.quoted)")
      }
      guard entry.type.isWeight else {
        throw problem("tensor \(need.name.quoted) is \(entry.type.rawValue), but weights are F32, F16 or BF16")
      }
      guard entry.shape == need.shape else {
        throw problem("expected shape \(need.shape), but tensor \(need.name.quoted) has \(entry.shape)")
      }
      let rows = decoded.interleavedRows(role: need.role)
      let first = coefficients[need.name] ?? (rows, node.name)
      guard first.rows == rows else {
        let (own, other) = (Self.order(rows), Self.order(first.rows))
        throw problem("takes the rows of tensor \(need.name.quoted) \(own), but node \(first.node.quoted) \(other)")
      }
      coefficients[need.name] = first
    }
  }
}

extension DecodedNode {
  /// The rows of one channel in the tensor of a `role`; 1 where rows are in the order of equation (2).
  fileprivate func interleavedRows(role: String) -> Int {
    guard isInterleaved, role == "weight2" || role == "bias2", case .activation(let activation) = node.operation,
      case .hyper(let hyper) = activation.coefficients
    else { return 1 }
    return hyper.outputs(channels: 1)
  }
}
