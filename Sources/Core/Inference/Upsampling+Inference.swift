import KernelInterface
import Networks
import Tensors

extension Upsampling: RunnableOperator {
  func lower(_ node: Node, in lowering: inout Lowering) {
    let input = lowering.value(node.inputs[0])
    lowering.append(
      UpsampleStep(
        node: node.name, options: self, input: input, inputShape: lowering.shape(node.inputs[0]),
        output: lowering.newValue(node.name), outputShape: lowering.shape(node.name)))
  }

  func reference(_ inputs: [ReferenceMap], _ run: ReferenceRun) -> ReferenceMap {
    let (input, shape) = (inputs[0], run.shape)
    var result = ReferenceMap(zeros: shape)
    for row in 0..<shape.height {
      let y = source(of: row, inputs: input.shape.height, factor: factor.height)
      for column in 0..<shape.width {
        let x = source(of: column, inputs: input.shape.width, factor: factor.width)
        for channel in 0..<shape.channels {
          func value(_ row: Int, _ column: Int) -> Double {
            input.values[(row * input.shape.width + column) * shape.channels + channel]
          }
          let above = (1 - x.share) * value(y.first, x.first) + x.share * value(y.first, x.second)
          let below = (1 - x.share) * value(y.second, x.first) + x.share * value(y.second, x.second)
          result.values[(row * shape.width + column) * shape.channels + channel] =
            (1 - y.share) * above + y.share * below
        }
      }
    }
    return result
  }

  /// What an output position along one axis is made of: two input positions, and the second's share.
  ///
  /// As PyTorch's `interpolate`: output o lies at `(o + 1/2) / factor - 1/2`, not below 0, or, with aligned corners, at
  /// `o (inputs - 1) / (outputs - 1)`.
  func source(of output: Int, inputs: Int, factor: Int) -> (first: Int, second: Int, share: Double) {
    let place: Double
    switch interpolation {
    case .nearest: return (output / factor, output / factor, 0)
    case .bilinear(alignsCorners: true):
      let outputs = inputs * factor
      place = outputs > 1 ? Double(output * (inputs - 1)) / Double(outputs - 1) : 0
    case .bilinear(alignsCorners: false):
      place = max(0, (Double(output) + 0.5) / Double(factor) - 0.5)
    }
    let first = min(Int(place), inputs - 1)
    return (first, min(first + 1, inputs - 1), place - Double(first))
  }
}

/// A map enlarged.
final class UpsampleStep: MapStep {
  let node: String
  let options: Upsampling
  let input: Value
  let inputShape: FeatureShape
  let rows: InterpolationAxis
  let columns: InterpolationAxis
  let output: Value
  let outputShape: FeatureShape

  init(
    node: String, options: Upsampling, input: Value, inputShape: FeatureShape, output: Value, outputShape: FeatureShape
  ) {
    self.node = node
    self.options = options
    self.input = input
    self.inputShape = inputShape
    rows = options.axis(inputs: inputShape.height, factor: options.factor.height)
    columns = options.axis(inputs: inputShape.width, factor: options.factor.width)
    self.output = output
    self.outputShape = outputShape
  }

  var title: String {
    let name = options.interpolation == .nearest ? "nearest" : "bilinear"
    return "upsample \(name) x\(options.factor.height)"
      + (options.factor.height == options.factor.width ? "" : "x\(options.factor.width)")
  }

  var inputs: [Value] { [input] }

  func run(in executor: Executor, slots: Range<Int>, observer: (any ActivationObserver)?) {
    for slot in slots {
      executor.plan.kernels.upsample(
        UpsampleCall(
          input: executor.map(input, slot), output: executor.map(output, slot), inputShape: inputShape, rows: rows,
          columns: columns))
    }
  }
}

extension Upsampling {
  fileprivate func axis(inputs: Int, factor: Int) -> InterpolationAxis {
    InterpolationAxis(
      (0..<inputs * factor).map { output in
        let source = source(of: output, inputs: inputs, factor: factor)
        return (source.first, source.second, Float(source.share))
      })
  }
}
