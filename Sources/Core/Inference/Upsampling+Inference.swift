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
    let (rows, columns) = sources(from: input.shape, to: shape)
    var result = ReferenceMap(zeros: shape)
    for row in 0..<shape.height {
      let y = rows[row]
      for column in 0..<shape.width {
        let x = columns[column]
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
  typealias Source = (first: Int, second: Int, share: Double)

  /// What rows and columns are made of.
  func sources(from input: FeatureShape, to output: FeatureShape) -> (rows: [Source], columns: [Source]) {
    (
      (0..<output.height).map {
        source(
          of: $0, inputs: input.height, outputs: output.height, step: step?.vertical, offset: offset?.vertical)
      },
      (0..<output.width).map {
        source(
          of: $0, inputs: input.width, outputs: output.width, step: step?.horizontal, offset: offset?.horizontal)
      }
    )
  }

  /// As PyTorch's `interpolate`: output o lies at `(o + 1/2) step - 1/2`, not below 0, or, with aligned corners, at
  /// `o (inputs - 1) / (outputs - 1)`; with an offset at `offset + o step`. The nearest one is found
  /// in single precision, as there.
  private func source(of output: Int, inputs: Int, outputs: Int, step given: Float?, offset: Float?) -> Source {
    let place: Double
    switch interpolation {
    case .nearest where outputs == inputs || outputs == 2 * inputs || given == nil && outputs % inputs == 0:
      // As there, the step does not matter where the size is doubled or left.
      return (output / (outputs / inputs), output / (outputs / inputs), 0)
    case .nearest, .nearestCentre:
      let step = given ?? Float(inputs) / Float(outputs)
      let found = ((interpolation == .nearest ? Float(output) : Float(output) + 0.5) * step).rounded(.down)
      let nearest = Int(min(found, Float(inputs - 1)))
      return (nearest, nearest, 0)
    case .bilinear(alignsCorners: true):
      place = outputs > 1 ? Double(output * (inputs - 1)) / Double(outputs - 1) : 0
    case .bilinear(alignsCorners: false):
      let step = given.map(Double.init) ?? Double(inputs) / Double(outputs)
      place = max(0, offset.map { Double($0) + Double(output) * step } ?? (Double(output) + 0.5) * step - 0.5)
    }
    let first = Int(min(place, Double(inputs - 1)))
    return (first, min(first + 1, inputs - 1), min(place - Double(first), 1))
  }
}

/// A map sampled at another size.
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
    let sources = options.sources(from: inputShape, to: outputShape)
    rows = InterpolationAxis(sources.rows.map { ($0.first, $0.second, Float($0.share)) })
    columns = InterpolationAxis(sources.columns.map { ($0.first, $0.second, Float($0.share)) })
    self.output = output
    self.outputShape = outputShape
  }

  var title: String {
    let name =
      switch options.interpolation {
      case .nearest, .nearestCentre: "nearest"
      case .bilinear: "bilinear"
      }
    switch options.target {
    case .factor(let factor):
      return "upsample \(name) x\(factor.height)" + (factor.height == factor.width ? "" : "x\(factor.width)")
    case .size(let size): return "upsample \(name) to \(size.height)x\(size.width)"
    }
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
