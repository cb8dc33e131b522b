import KernelInterface
import Networks
import Tensors

extension Plan: CustomStringConvertible {
  /// A table of the steps: node, what runs, the shapes and what is folded in; then the memory.
  public var description: String {
    var rows = [["node", "step", "input", "output", "folded in", "memory"]]
    rows += steps.map { step in
      let details = details(of: step)
      let place = step.output.flatMap { memory.placements[$0.index] }
      let inPlace = place != nil && step.heir.flatMap { memory.placements[$0.index] } == place
      return [
        step.nodes[0], details.operation, details.input.text, details.output.text,
        (step.nodes.dropFirst() + details.extra).joined(separator: " "),
        place.map { "\($0.offset * 4)" + (inPlace ? " in place" : "") } ?? "",
      ]
    }
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    let lines = rows.map { row in
      var line = ""
      for (text, width) in zip(row, widths) { line += text + String(repeating: " ", count: width - text.count + 2) }
      while line.last == " " { line.removeLast() }
      return line
    }
    let last = "\(steps.count) steps, \(kernels.instructionSet.rawValue), \(workerFloats * 4) bytes for each worker"
    return (lines + [last]).joined(separator: "\n")
  }

  func details(
    of step: Step
  ) -> (operation: String, input: FeatureShape, output: FeatureShape, extra: [String]) {
    switch step {
    case .padding(let step): return ("padding", step.shape, step.shape, [])
    case .rowSums(let step): return ("row sums", step.shape, step.shape, [])
    case .convolution(let step):
      let (kernel, stride) = (step.geometry.kernel, step.geometry.stride)
      let operation = "\(step.form.rawValue) \(kernel.height)x\(kernel.width) /\(stride.height)x\(stride.width)"
      return (
        operation, step.geometry.inputShape, step.geometry.outputShape, step.fusion.sums == nil ? [] : ["sums"]
      )
    case .elementwise(let step):
      return (Self.name(of: step.operation), step.shape, step.shape, step.sums == nil ? [] : ["sums"])
    case .pool(let step):
      return ("pool", step.inputShape, FeatureShape(height: 1, width: 1, channels: step.inputShape.channels), [])
    case .windowPool(let step): return (step.operation, step.inputShape, step.outputShape, [])
    case .linear(let step):
      return (
        "linear", FeatureShape(height: 1, width: 1, channels: step.inFeatures),
        FeatureShape(height: 1, width: 1, channels: step.outFeatures), []
      )
    }
  }

  private static func name(of operation: ElementwiseStep.Operation) -> String {
    switch operation {
    case .activation(let plan):
      let options = plan.site.activation
      let kind = options.isDynamic ? "dynamic" : "static"
      return "\(kind) activation K=\(options.functions)\(options.attention == nil ? "" : ", attention")"
    case .normalization: return "normalization"
    case .sum: return "add"
    }
  }
}
