import KernelInterface
import Networks
import Tensors

/// Maps combined element by element: a product, a sum with broadcasting, or a Maxout.
final class CombineStep: Sendable {
  let node: String
  let kind: BinaryCall.Kind
  let first: Value
  /// Combined one after the other with what is there; without any, the first is copied.
  let others: [Value]
  /// How the others lie.
  let layout: BinaryCall.Layout
  let output: Value
  let shape: FeatureShape
  /// The site, if it is a Maxout: the first map is shown as x.
  let site: ActivationSite?
  let multiplyAdds: Int

  init(
    node: String, kind: BinaryCall.Kind, first: Value, others: [Value], layout: BinaryCall.Layout, output: Value,
    shape: FeatureShape, site: ActivationSite?, multiplyAdds: Int
  ) {
    self.node = node
    self.kind = kind
    self.first = first
    self.others = others
    self.layout = layout
    self.output = output
    self.shape = shape
    self.site = site
    self.multiplyAdds = multiplyAdds
  }

  /// What runs, for a plan's table.
  var operation: String {
    let spread =
      switch layout {
      case .map: ""
      case .vector: " by channel"
      case .plane: " by position"
      }
    switch kind {
    case .add: return "add" + spread
    case .multiply: return "multiply" + spread
    case .maximum: return "maxout K=\(others.count + 1)"
    }
  }
}

/// Channels of some maps put together: a join, or a choice among one map's channels.
final class ChannelStep: Sendable {
  /// What comes from one map.
  struct Part: Sendable {
    let input: Value
    /// Floats from one position of it to the next.
    let stride: Int
    let channels: ChannelRuns
    /// Where its channels begin in the output.
    let first: Int
  }

  let node: String
  /// In the order of their channels.
  let parts: [Part]
  let output: Value
  let shape: FeatureShape

  init(node: String, parts: [Part], output: Value, shape: FeatureShape) {
    self.node = node
    self.parts = parts
    self.output = output
    self.shape = shape
  }

  /// What runs, for a plan's table.
  var operation: String { parts.count == 1 ? "select channels" : "concatenate" }
}

/// A map enlarged.
final class UpsampleStep: Sendable {
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

  /// What runs, for a plan's table.
  var operation: String {
    let name = options.interpolation == .nearest ? "nearest" : "bilinear"
    return "upsample \(name) x\(options.factor.height)"
      + (options.factor.height == options.factor.width ? "" : "x\(options.factor.width)")
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
