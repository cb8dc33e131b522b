import KernelInterface
import Networks
import Tensors

extension Plan: CustomStringConvertible {
  /// A table of the steps: node, what runs, the shapes and what is folded in; then the memory.
  public var description: String {
    var rows = [["node", "step", "input", "output", "folded in", "memory"]]
    rows += steps.map { step in
      let details = details(of: step)
      let place = memory.placements[step.output.index]
      let inPlace = place != nil && step.inputs.contains { memory.placements[$0.index] == place }
      return [
        step.node, details.operation, details.input.text, details.output.text, details.folded,
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
  ) -> (operation: String, input: FeatureShape, output: FeatureShape, folded: String) {
    switch step {
    case .padding(let step): return ("padding", step.shape, step.shape, "")
    case .convolution(let step):
      let (kernel, stride) = (step.options.kernel, step.options.stride)
      let operation = "\(step.form.rawValue) \(kernel.height)x\(kernel.width) /\(stride.height)x\(stride.width)"
      return (operation, step.inputShape, step.outputShape, step.folded ?? "")
    case .normalization(let step): return ("normalization", step.shape, step.shape, "")
    case .activation(let step):
      let options = step.site.activation
      let kind = options.isDynamic ? "dynamic" : "static"
      let attention = options.attention == nil ? "" : ", attention"
      return ("\(kind) activation K=\(options.functions)\(attention)", step.site.shape, step.site.shape, "")
    case .add(let step): return ("add", step.shape, step.shape, "")
    case .pool(let step):
      return ("pool", step.inputShape, FeatureShape(height: 1, width: 1, channels: step.inputShape.channels), "")
    case .windowPool(let step): return (step.operation, step.inputShape, step.outputShape, "")
    case .linear(let step):
      return (
        "linear", FeatureShape(height: 1, width: 1, channels: step.inFeatures),
        FeatureShape(height: 1, width: 1, channels: step.outFeatures), ""
      )
    }
  }
}
