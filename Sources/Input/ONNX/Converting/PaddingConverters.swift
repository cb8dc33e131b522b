import Networks
import PlainText
import Tensors

/// Rows and columns around maps, and larger maps.
extension Converters {
  static let padding: [String: Conversion] = [
    "Pad": { converter, call throws(ONNXProblem) in
      [.value(try converter.pad(call))]
    },
    "Resize": { converter, call throws(ONNXProblem) in
      [.value(try converter.resize(call, scales: call.opset < 11 ? 1 : 2, sizes: 3))]
    },
    "Upsample": { converter, call throws(ONNXProblem) in
      [.value(try converter.resize(call, scales: 1, sizes: 99))]
    },
  ]
}

extension Converter {
  fileprivate func pad(_ call: Call) throws(ONNXProblem) -> Value {
    let mode = try call.text("mode") ?? "constant"
    guard mode == "constant" else { throw call.problem("pads by \(mode.quoted); constants are covered") }
    let value = try call.value()
    guard let sides = try call.integers("pads", input: 1) else {
      throw call.problem("has no pads")
    }
    let axes = try call.dimensions("axes", input: 3, rank: value.shape.count) ?? Array(value.shape.indices)
    guard sides.count == 2 * axes.count, value.shape.count == 4 else {
      throw call.problem("is covered for the rows and columns of a map")
    }
    var (before, after) = ([0, 0, 0, 0], [0, 0, 0, 0])
    for (index, axis) in axes.enumerated() { (before[axis], after[axis]) = (sides[index], sides[axes.count + index]) }
    guard before[..<2] + after[..<2] == [0, 0, 0, 0],
      (before + after).allSatisfy({ 0...GraphShapes.maximumExtent ~= $0 })
    else { throw call.problem("pads or cuts by \(sides); rows and columns around a map are covered") }
    let number = try call.number("value", input: 2, "value") ?? 0
    let source = try wholeMap(value, call)
    let padding = Padding(top: before[2], left: before[3], bottom: after[2], right: after[3])
    if padding == Padding(0) { return source }
    let wanted = FeatureShape(
      height: source.extents.height + before[2] + after[2], width: source.extents.width + before[3] + after[3],
      channels: source.extents.channels)
    let shape: FeatureShape
    do throws(GraphError) {
      shape = try Operation.input(wanted).payload.outputShape([], node: "")
    } catch { throw call.problem(error.problem) }
    return add(.pad(padding, number), [source.node], shape)
  }

  /// The node below a padding, and what a window over it has to pad. Only padding with `neutral` is taken along.
  func padBelow(_ source: Value, _ padding: Padding, neutral: Double) -> (node: String, padding: Padding) {
    guard case .pad(let own, let number) = draft[source.node].operation else { return (source.node, padding) }
    let below = draft[source.node].inputs[0]
    var fits = number == neutral
    if neutral == -.infinity, number == 0 { fits = isRectified(below) && padding == Padding(0) }
    guard fits else { return (source.node, padding) }
    return (
      below,
      Padding(
        top: own.top + padding.top, left: own.left + padding.left, bottom: own.bottom + padding.bottom,
        right: own.right + padding.right)
    )
  }

  /// Whether a node's values are never below 0, so that zeros do not win against them.
  private func isRectified(_ name: String) -> Bool {
    guard case .constant(let slopes, let intercepts)? = draft[name].operation.activation?.coefficients else {
      return false
    }
    return zip(slopes, intercepts).contains { $0 == 0 && $1 >= 0 }
  }

  fileprivate func resize(_ call: Call, scales scalesInput: Int, sizes sizesInput: Int) throws(ONNXProblem) -> Value {
    let source = try wholeMap(call.value(), call)
    guard source.shape.count == 4 else { throw call.problem("is covered for maps") }
    let map = source.extents
    let sizes = try call.optionalConstant(sizesInput, "sizes")?.integers ?? []
    var scales = try call.optionalConstant(scalesInput, "scales")?.array.elements ?? []
    if case .floats(let given)? = call.node.attributes["scales"] { scales = given.map(Double.init) }
    let axes = try call.integers("axes") ?? [0, 1, 2, 3]
    var factors = [1.0, 1.0, 1.0, 1.0]
    for (index, axis) in axes.enumerated() {
      let axis = try call.dimension(axis, rank: 4)
      if index < sizes.count {
        factors[axis] = Double(sizes[index]) / Double(source.shape[axis])
      } else if index < scales.count {
        factors[axis] = scales[index]
      }
    }
    guard factors[0] == 1, factors[1] == 1, factors.allSatisfy({ $0 >= 1 && $0 <= 64 && $0 == $0.rounded() }) else {
      throw call.problem(
        "makes \(sizes.isEmpty ? "\(scales) times" : "\(sizes) of") \(map.text); whole multiples are covered")
    }
    let factor = Extent2D(height: Int(factors[2]), width: Int(factors[3]))
    if factor == Extent2D(1) { return source }
    return try add(.upsample(Upsampling(factor: factor, interpolation: interpolation(call))), [source.node], call)
  }

  private func interpolation(_ call: Call) throws(ONNXProblem) -> Upsampling.Interpolation {
    let mode = try call.text("mode") ?? "nearest"
    let isOld = call.opset < 11
    let coordinates = try call.text("coordinate_transformation_mode") ?? (isOld ? "asymmetric" : "half_pixel")
    let rounding = try call.text("nearest_mode") ?? (isOld ? "floor" : "round_prefer_floor")
    switch (mode, coordinates) {
    case ("nearest", "asymmetric") where rounding == "floor": return .nearest
    // With whole factors the nearest centre is that of the rectangle, whatever is preferred.
    case ("nearest", "half_pixel") where rounding != "floor" && rounding != "ceil": return .nearest
    case ("nearest", "pytorch_half_pixel") where rounding != "floor" && rounding != "ceil": return .nearest
    case ("linear", "half_pixel"), ("linear", "pytorch_half_pixel"): return .bilinear(alignsCorners: false)
    case ("linear", "align_corners"): return .bilinear(alignsCorners: true)
    default:
      throw call.problem("enlarges by \(mode.quoted), \(coordinates.quoted), \(rounding.quoted), which is not covered")
    }
  }
}
