import KernelInterface
import Networks
import Tensors

extension Plan: CustomStringConvertible {
  /// A table of the steps, one row each, then the totals.
  ///
  /// A tile is what the kernel holds in registers, positions x channels. Bytes are those of one image; multiply-adds as the paper counts
  /// them.
  public var description: String {
    let costs = steps.map(costs)
    let total = costs.reduce(StepCosts(), +)
    let header = ["node", "runs", "fused in", "output", "tile", "KiB read", "written", "weights", "MAdds"]
    let rows = zip(steps, costs).map { step, costs in
      [step.nodes[0], step.operation, step.fused, step.outputShape.text, tile(of: step)] + Self.figures(costs)
    }
    let totals = ["\(steps.count) steps", "", "", "", ""] + Self.figures(total)
    var lines = Self.table([header] + rows + [totals], rightAligned: 5...8)
    if cut < steps.count {
      lines.insert("-- from here on, batches of up to \(Self.batch) images, one step after the other", at: 1 + cut)
    }
    let worker = Self.grouped(workerFloats * MemoryLayout<Float>.size)
    lines.append("\(kernels.instructionSet.rawValue) kernels; maps and sums of each worker take \(worker) bytes")
    return lines.joined(separator: "\n")
  }

  private func tile(of step: Step) -> String {
    guard case .convolution(let step) = step else { return "" }
    let kernel: ConvolutionKernel =
      switch step.form {
      case .pointwise: .pointwise
      case .depthwise: .depthwise
      case .dense: .dense
      }
    let shape = kernels.tileShape(kernel, step.geometry)
    return "\(shape.pixels)x\(shape.channels)"
  }

  private static func figures(_ costs: StepCosts) -> [String] {
    [kibibytes(costs.read), kibibytes(costs.written), kibibytes(costs.weights), grouped(costs.multiplyAdds)]
  }

  /// With one decimal, rounded up: nothing that moves is shown as nothing.
  private static func kibibytes(_ bytes: Int) -> String {
    let tenths = (bytes * 10 + 1023) / 1024
    return "\(grouped(tenths / 10)).\(tenths % 10)"
  }

  /// A count with commas between groups of three digits.
  private static func grouped(_ count: Int) -> String {
    let digits = Array("\(count)")
    return digits.enumerated().reduce(into: "") { text, digit in
      if digit.offset > 0, (digits.count - digit.offset) % 3 == 0 { text += "," }
      text.append(digit.element)
    }
  }

  private static func table(_ rows: [[String]], rightAligned: ClosedRange<Int>) -> [String] {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      var line = ""
      for (column, text) in row.enumerated() {
        let space = String(repeating: " ", count: widths[column] - text.count)
        line += (rightAligned.contains(column) ? space + text : text + space) + "  "
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}

extension Step {
  /// What runs.
  var operation: String {
    switch self {
    case .padding: "padding"
    case .rowSums: "row sums"
    case .convolution(let step): step.operation
    case .elementwise(let step): step.name
    case .pool: "global average pool"
    case .windowPool(let step): step.operation
    case .combine(let step): step.operation
    case .channels(let step): step.operation
    case .upsample(let step): step.operation
    case .linear: "linear"
    }
  }

  /// What is done in the step beside what it is called after.
  fileprivate var fused: String {
    switch self {
    case .convolution(let step): step.fused
    case .elementwise(let step): step.sums == nil ? "" : "sums"
    case .padding, .rowSums, .pool, .windowPool, .combine, .channels, .upsample, .linear: ""
    }
  }

  fileprivate var outputShape: FeatureShape {
    switch self {
    case .padding(let step): step.shape
    case .rowSums(let step):
      FeatureShape(height: step.shape.height, width: step.sums.period, channels: step.shape.channels)
    case .convolution(let step): step.geometry.outputShape
    case .elementwise(let step): step.shape
    case .pool(let step): FeatureShape(height: 1, width: 1, channels: step.inputShape.channels)
    case .windowPool(let step): step.outputShape
    case .combine(let step): step.shape
    case .channels(let step): step.shape
    case .upsample(let step): step.outputShape
    case .linear(let step): FeatureShape(height: 1, width: 1, channels: step.outFeatures)
    }
  }
}

extension ConvolutionStep {
  fileprivate var operation: String {
    switch form {
    case .pointwise: "1x1"
    case .depthwise: "depthwise " + windowText(geometry.kernel, geometry.stride)
    case .dense:
      windowText(geometry.kernel, geometry.stride) + (geometry.groups == 1 ? "" : ", \(geometry.groups) groups")
    }
  }

  fileprivate var fused: String {
    let activation = fusion.activation == nil ? nil : "act"
    let others = [fusion.addend.map { _ in "add" }, activation, fusion.residual.map { _ in "add" }].compactMap { $0 }
    // Of the nodes behind the convolution, what is no sum and no activation is its normalisation.
    let normalization = nodes.count - 1 > others.count ? ["norm"] : []
    return (normalization + others + (fusion.sums == nil ? [] : ["sums"])).joined(separator: " ")
  }
}

extension ElementwiseStep {
  fileprivate var name: String {
    switch operation {
    case .activation(let plan):
      let options = plan.site.activation
      if case .curve(let curve) = options.coefficients { return curve.title }
      let kind = options.isDynamic ? "dynamic" : "static"
      return "\(kind) activation K=\(options.functions)\(options.attention == nil ? "" : ", attention")"
    case .normalization: return "normalization"
    case .sum: return "add"
    }
  }
}

/// A window and its stride: `3x3`, `3x3 /2`, `3x1 /2x1`.
func windowText(_ kernel: (height: Int, width: Int), _ stride: (height: Int, width: Int)) -> String {
  let window = "\(kernel.height)x\(kernel.width)"
  if stride.height != stride.width { return "\(window) /\(stride.height)x\(stride.width)" }
  return stride.height == 1 ? window : "\(window) /\(stride.height)"
}
