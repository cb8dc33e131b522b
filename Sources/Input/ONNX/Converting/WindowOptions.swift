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
  init(_ call: Call, kernel given: [Int]? = nil, over map: FeatureShape) throws(ONNXProblem) {
    let isFlat = given.map { $0[0] == 1 } ?? false
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
