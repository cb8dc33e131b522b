import Networks
import PlainText
import Tensors

/// What is in a model, as lines of text: variants, preprocessing, labels, parameters, and every activation site.
public struct ModelDescription: Sendable {
  /// The lines, without line ends.
  public let lines: [String]

  /// Describes `model`. Its warnings are not repeated.
  public init(_ model: Model) {
    let count = model.variants.count
    lines =
      ["\(model.fileName): \(count) \(count == 1 ? "variant" : "variants")"]
      + model.variants.flatMap { [""] + Self.lines(of: $0) }
  }

  private static func lines(of variant: Variant) -> [String] {
    let sites = variant.shapes.sites
    let needs = variant.uniqueTensorNeeds
    let blocks = Set(sites.map(\.place.block)).count
    var lines = [
      variant.name,
      "  input          \(variant.shapes.input.text) (height×width×channels)",
      "  preprocessing  \(variant.preprocessing.summary)",
      "  output         \(variant.shapes.output.text), \(labelSummary(variant.labels))",
      "  parameters     \(Digits.grouped(variant.parameterCount)) in \(needs.count { $0.isParameter }) tensors",
      "  nodes          \(variant.graph.nodes.count), \(sites.count) of them activations in \(blocks) \(blocks == 1 ? "block" : "blocks")",
    ]
    guard !sites.isEmpty else { return lines }
    let header = ["block", "name", "site", "node", "shape", "K", "kind", "hidden", "C/hidden"]
    var rows = [header] + sites.map(row)
    var rightAligned: Set = [0, 4, 5, 7, 8]
    if sites.allSatisfy({ $0.activation.blockName == nil }) {
      for index in rows.indices { rows[index].remove(at: 1) }
      rightAligned = [0, 3, 4, 6, 7]
    }
    lines += Columns.lines(rows, rightAligned: rightAligned.contains).map { "  " + $0 }
    return lines
  }

  private static func row(_ site: ActivationSite) -> [String] {
    var hidden = ["–", "–"]
    if case .hyper(let hyper) = site.activation.coefficients {
      hidden = ["\(hyper.hidden)", ratio(site.shape.channels, hyper.hidden)]
    }
    return [
      "\(site.place.block)", site.activation.blockName ?? "–", site.place.site, site.node, site.shape.text,
      site.activation.isCurve ? "–" : "\(site.activation.functions)", site.activation.kind,
    ] + hidden
  }

  /// `numerator / denominator` with at most one decimal.
  private static func ratio(_ numerator: Int, _ denominator: Int) -> String {
    let tenths = (10 * numerator + denominator / 2) / denominator
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
  }

  private static func labelSummary(_ labels: [String]) -> String {
    guard let first = labels.first, let last = labels.last else { return "no labels" }
    return labels.count < 3
      ? "labels \(labels.joined(separator: ", "))" : "\(labels.count) labels (\(first), \(labels[1]), … \(last))"
  }
}

extension Preprocessing {
  /// The steps in words, in their order.
  fileprivate var summary: String {
    var steps = [takesImages ? channels == 1 ? "grey" : "RGB" : "tensors of \(channels) channels, no images"]
    switch resize {
    case .shorterSide(let side)?: steps.append("shorter side to \(side) \(interpolation)")
    case .exact(let size)?: steps.append("resize to \(size.height)×\(size.width) \(interpolation)")
    case nil: break
    }
    if let crop { steps.append("centre crop \(crop.height)×\(crop.width)") }
    if padding != Padding(0) {
      steps.append("pad \(padding.top) \(padding.left) \(padding.bottom) \(padding.right) (top left bottom right)")
    }
    steps.append("mean \(mean.map { "\($0)" }.joined(separator: " "))")
    steps.append("deviation \(deviation.map { "\($0)" }.joined(separator: " "))")
    return steps.joined(separator: ", ")
  }
}
