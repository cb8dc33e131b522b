import KernelInterface
import Networks
import PlainText
import Tensors

extension Plan: CustomStringConvertible {
  /// A table of the steps, one row each, then the totals.
  ///
  /// A tile is what the kernel holds in registers, positions x channels. Bytes are those of one image; multiply-adds as
  /// the paper counts them.
  public var description: String {
    let costs = steps.map(costs)
    let total = costs.reduce(StepCosts(), +)
    let header = ["node", "runs", "fused in", "output", "tile", "KiB read", "written", "weights", "MAdds"]
    let rows = zip(steps, costs).map { step, costs in
      [step.nodes[0], step.title, step.fused, step.outputShape.text, tile(of: step)] + Self.figures(costs)
    }
    let totals = ["\(steps.count) steps", "", "", "", ""] + Self.figures(total)
    var lines = Columns.lines([header] + rows + [totals], rightAligned: (5...8).contains)
    if cut < steps.count {
      lines.insert("-- from here on, batches of up to \(Self.batch) images, one step after the other", at: 1 + cut)
    }
    let worker = Digits.grouped(workerFloats * MemoryLayout<Float>.size)
    lines.append("\(kernels.instructionSet.rawValue) kernels; maps and sums of each worker take \(worker) bytes")
    return lines.joined(separator: "\n")
  }

  private func tile(of step: any Step) -> String {
    step.tile(kernels).map { "\($0.pixels)x\($0.channels)" } ?? ""
  }

  private static func figures(_ costs: StepCosts) -> [String] {
    [kibibytes(costs.read), kibibytes(costs.written), kibibytes(costs.weights), Digits.grouped(costs.multiplyAdds)]
  }

  /// With one decimal, rounded up: nothing that moves is shown as nothing.
  private static func kibibytes(_ bytes: Int) -> String {
    let tenths = (bytes * 10 + 1023) / 1024
    return "\(Digits.grouped(tenths / 10)).\(tenths % 10)"
  }
}

/// A window and its stride: `3x3`, `3x3 /2`, `3x1 /2x1`.
func windowText(_ kernel: (height: Int, width: Int), _ stride: (height: Int, width: Int)) -> String {
  let window = "\(kernel.height)x\(kernel.width)"
  if stride.height != stride.width { return "\(window) /\(stride.height)x\(stride.width)" }
  return stride.height == 1 ? window : "\(window) /\(stride.height)"
}
