import Networks
import PlainText
import Tensors

/// Kernel, stride, padding and dilation of a convolution or a pooling.
struct WindowOptions {
  let kernel: Extent2D
  let stride: Extent2D
  let padding: Padding
  let dilation: Extent2D

  private static let extents = 1...GraphShapes.maximumExtent

  /// Reads the options of `call`, a window over a map.
  ///
  /// - Parameter isFlat: whether it says one number where there are two, of columns.
  init(
    _ call: Call, kernel given: [Int]? = nil, over map: FeatureShape, isFlat: Bool = false
  ) throws(ONNXProblem) {
    func pair(_ name: String) throws(ONNXProblem) -> Extent2D? {
      guard var sides = try call.integers(name) else { return nil }
      if sides.count == 1, isFlat { sides.insert(1, at: 0) }
      guard sides.count == 2, sides.allSatisfy(Self.extents.contains) else {
        throw call.problem("\(name) \(sides): two numbers from 1 to \(Self.extents.upperBound) are expected")
      }
      return Extent2D(height: sides[0], width: sides[1])
    }
    let own = try pair("kernel_shape")
    guard let kernel = given.map({ Extent2D(height: $0[0], width: $0[1]) }) ?? own,
      Self.extents ~= kernel.height, Self.extents ~= kernel.width
    else { throw call.problem("has no kernel_shape") }
    if let own, own != kernel {
      throw call.problem(
        "kernel_shape is \(own.height)x\(own.width), but its weight is of \(kernel.height)x\(kernel.width)")
    }
    self.kernel = kernel
    stride = try pair("strides") ?? Extent2D(1)
    dilation = try pair("dilations") ?? Extent2D(1)
    padding = try Self.padding(call, kernel, stride, dilation, map, isFlat: isFlat)
  }

  private static func padding(
    _ call: Call, _ kernel: Extent2D, _ stride: Extent2D, _ dilation: Extent2D, _ map: FeatureShape, isFlat: Bool
  ) throws(ONNXProblem) -> Padding {
    let auto = try call.text("auto_pad") ?? "NOTSET"
    switch auto {
    case "NOTSET", "":
      guard var sides = try call.integers("pads") else { return Padding(0) }
      if sides.count == 2, isFlat { sides = [0, sides[0], 0, sides[1]] }
      guard sides.count == 4, sides.allSatisfy((0...extents.upperBound).contains) else {
        throw call.problem("pads \(sides): four numbers from 0 to \(extents.upperBound) are expected")
      }
      return Padding(top: sides[0], left: sides[1], bottom: sides[2], right: sides[3])
    case "VALID": return Padding(0)
    case "SAME_UPPER", "SAME_LOWER":
      func split(_ size: Int, _ kernel: Int, _ stride: Int, _ dilation: Int) -> (Int, Int) {
        let outputs = (size + stride - 1) / stride
        let total = max(0, (outputs - 1) * stride + dilation * (kernel - 1) + 1 - size)
        return auto == "SAME_UPPER" ? (total / 2, total - total / 2) : (total - total / 2, total / 2)
      }
      let vertical = split(map.height, kernel.height, stride.height, dilation.height)
      let horizontal = split(map.width, kernel.width, stride.width, dilation.width)
      return Padding(top: vertical.0, left: horizontal.0, bottom: vertical.1, right: horizontal.1)
    default: throw call.problem("auto_pad is \(auto.quoted)")
    }
  }
}

/// Kernel, stride, padding and dilation of a transposed convolution, whose padding is cut off its result.
struct TransposedWindow {
  let options: WindowOptions
  /// Cut off on either side of the result, as graphs have it.
  private(set) var padding = Extent2D(0)
  /// Added at the end of the result.
  private(set) var outputPadding: Extent2D
  /// What has to be cut off besides, where the sides differ too much.
  private(set) var crop: Padding?

  /// Reads the options of `call`, a window of this kernel over a map.
  init(_ call: Call, kernel: [Int], over map: FeatureShape) throws(ONNXProblem) {
    options = try WindowOptions(call, kernel: kernel, over: map)
    let more = try call.integers("output_padding") ?? [0, 0]
    let wanted = try call.integers("output_shape")
    let limits = 0...GraphShapes.maximumExtent
    guard more.count == 2, more.allSatisfy(limits.contains),
      wanted.map({ $0.count >= 2 && $0.allSatisfy(limits.contains) }) ?? true
    else { throw call.problem("has output_padding \(more) and output_shape \(wanted ?? [])") }
    let auto = try call.text("auto_pad") ?? "NOTSET"
    let (kernel, stride, dilation) = (options.kernel, options.stride, options.dilation)
    let rows = Self.sides(
      auto, (options.padding.top, options.padding.bottom), wanted?.suffix(2).first, more[0], inputs: map.height,
      (kernel.height, stride.height, dilation.height))
    let columns = Self.sides(
      auto, (options.padding.left, options.padding.right), wanted?.last, more[1], inputs: map.width,
      (kernel.width, stride.width, dilation.width))
    outputPadding = Extent2D(
      height: rows.more + rows.before - rows.after, width: columns.more + columns.before - columns.after)
    if 0..<max(stride.height, dilation.height) ~= outputPadding.height,
      0..<max(stride.width, dilation.width) ~= outputPadding.width
    {
      padding = Extent2D(height: rows.before, width: columns.before)
    } else {
      outputPadding = Extent2D(height: rows.more, width: columns.more)
      crop = Padding(top: rows.before, left: columns.before, bottom: rows.after, right: columns.after)
      let outputs = [
        (map.height, kernel.height, stride.height, dilation.height, rows),
        (map.width, kernel.width, stride.width, dilation.width, columns),
      ].map { inputs, kernel, stride, dilation, sides in
        (inputs - 1) * stride + dilation * (kernel - 1) + 1 + sides.more - sides.before - sides.after
      }
      guard outputs.allSatisfy({ $0 > 0 }) else { throw call.problem("cuts everything off") }
    }
  }

  /// What is cut off before and behind, and what is added behind.
  private static func sides(
    _ auto: String, _ given: (Int, Int), _ wanted: Int?, _ more: Int, inputs: Int,
    _ window: (kernel: Int, stride: Int, dilation: Int)
  ) -> (before: Int, after: Int, more: Int) {
    let isSame = auto.hasPrefix("SAME")
    guard let outputs = wanted ?? (isSame ? inputs * window.stride : nil) else { return (given.0, given.1, more) }
    let total = window.stride * (inputs - 1) + more + window.dilation * (window.kernel - 1) + 1 - outputs
    if total < 0 { return (0, 0, more - total) }
    let half = total / 2
    return auto == "SAME_UPPER" ? (half, total - half, more) : (total - half, half, more)
  }
}
