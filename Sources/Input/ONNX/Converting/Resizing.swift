import Networks
import PlainText
import Tensors

/// What ONNX's `Resize` is asked for: where each element of the result lies, and what it is made of.
struct Resizing {
  /// How values between elements come about.
  enum Mode: String {
    case nearest, linear, cubic
  }

  let mode: Mode
  /// Which element is the nearest, `nearest_mode`.
  let rounding: String
  /// All dimensions.
  let axes: [ResizedAxis]
  /// Whether values are averaged where the result is smaller.
  private let antialiases: Bool
  /// The cubic curve's parameter.
  private let cubic: Double
  /// Whether shares of elements outside count nothing, `exclude_outside`.
  private let excludesOutside: Bool
  /// How places come about, `coordinate_transformation_mode`.
  private let coordinates: String

  /// Reads what `call` says; scales and sizes are those inputs.
  init(_ call: Call, scales scalesInput: Int, sizes sizesInput: Int) throws(ONNXProblem) {
    let isOld = call.opset < 11
    let name = try call.text("mode") ?? "nearest"
    guard let mode = Mode(rawValue: name == "bilinear" ? "linear" : name) else {
      throw call.problem("interpolates by \(name.quoted)")
    }
    self.mode = mode
    coordinates = try call.text("coordinate_transformation_mode") ?? (isOld ? "asymmetric" : "half_pixel")
    rounding = try call.text("nearest_mode") ?? (isOld ? "floor" : "round_prefer_floor")
    antialiases = try call.integer("antialias") ?? 0 != 0
    cubic = try call.float("cubic_coeff_a") ?? -0.75
    excludesOutside = try call.integer("exclude_outside") ?? 0 != 0
    let shape = try call.value().shape
    var sizes = try call.optionalConstant(sizesInput, "sizes")?.integers ?? []
    var scales = try call.optionalConstant(scalesInput, "scales")?.array.elements ?? []
    if case .floats(let given)? = call.node.attributes["scales"] { scales = given.map(Double.init) }
    let chosen = try (call.integers("axes") ?? Array(shape.indices)).map { axis throws(ONNXProblem) in
      try call.dimension(axis, rank: shape.count)
    }
    guard sizes.count == chosen.count || sizes.isEmpty && scales.count == chosen.count,
      sizes.allSatisfy((1...GraphShapes.maximumExtent).contains), scales.allSatisfy({ $0 > 0 && $0 < 1e6 })
    else { throw call.problem("resizes \(shape) by \(sizes.isEmpty ? "\(scales)" : "\(sizes)")") }
    let kept = try Self.kept(sizes, chosen.map { shape[$0] }, call)
    if let kept { sizes = chosen.map { Int((kept * Double(shape[$0])).rounded()) } }
    let region = try coordinates == "tf_crop_and_resize" ? call.constant(1, "roi").array.elements : []
    var axes = shape.map { ResizedAxis(inputs: $0) }
    for (index, axis) in chosen.enumerated() {
      if sizes.isEmpty {
        axes[axis].outputs = Int((Double(shape[axis]) * scales[index]).rounded(.down))
        axes[axis].scale = Float(scales[index])
      } else {
        axes[axis].outputs = sizes[index]
        // One scale for all, also where a size had to be rounded.
        axes[axis].scale = kept.map { Float($0) } ?? Float(sizes[index]) / Float(shape[axis])
      }
      guard axes[axis].outputs > 0 else { throw call.problem("resizes \(shape) by \(scales)") }
      if !region.isEmpty {
        guard region.count == 2 * chosen.count else { throw call.problem("has a roi of \(region.count) numbers") }
        axes[axis].region = (region[index], region[chosen.count + index])
      }
    }
    for axis in axes.indices { try axes[axis].place(coordinates, call) }
    self.axes = axes
  }

  /// The one scale of all sizes where `keep_aspect_ratio_policy` asks for one.
  private static func kept(_ sizes: [Int], _ shape: [Int], _ call: Call) throws(ONNXProblem) -> Double? {
    let policy = try call.text("keep_aspect_ratio_policy") ?? "stretch"
    guard policy != "stretch", !sizes.isEmpty else { return nil }
    let scales = zip(sizes, shape).map { Double($0) / Double($1) }
    guard let scale = policy == "not_larger" ? scales.min() : policy == "not_smaller" ? scales.max() : nil else {
      throw call.problem("keep_aspect_ratio_policy is \(policy.quoted)")
    }
    return scale
  }

  /// How often each row and column is repeated where that is all; nil where it is not.
  var repeats: Extent2D? {
    let (rows, columns) = (axes[2], axes[3])
    let factor = Extent2D(height: rows.outputs / rows.inputs, width: columns.outputs / columns.inputs)
    let isRepeated = [(rows, factor.height), (columns, factor.width)].allSatisfy { axis, times in
      1...64 ~= times && axis.outputs == times * axis.inputs
        && (0..<axis.outputs).allSatisfy { axis.nearest($0, rounding) == $0 / times }
    }
    return isRepeated ? factor : nil
  }

  /// The node of graphs that interpolates linearly as asked for; nil where none does.
  var upsampling: Upsampling? {
    let sides = [axes[2], axes[3]]
    guard !antialiases || sides.allSatisfy({ $0.scale >= 1 }), sides.allSatisfy({ !$0.leaves && $0.step > 0 }) else {
      return nil
    }
    let size = Extent2D(height: sides[0].outputs, width: sides[1].outputs)
    if coordinates == "align_corners" { return target(size, .bilinear(alignsCorners: true)) }
    let isPlain = sides.allSatisfy { axis in
      axis.step == Double(axis.inputs) / Double(axis.outputs) && axis.offset == axis.step / 2 - 0.5
    }
    if isPlain { return target(size, .bilinear(alignsCorners: false)) }
    return Upsampling(
      .size(size), step: .init(vertical: Float(sides[0].step), horizontal: Float(sides[1].step)),
      offset: .init(vertical: Float(sides[0].offset), horizontal: Float(sides[1].offset)),
      interpolation: .bilinear(alignsCorners: false))
  }

  /// By factors where they are whole.
  private func target(_ size: Extent2D, _ interpolation: Upsampling.Interpolation) -> Upsampling {
    let (rows, columns) = (axes[2].inputs, axes[3].inputs)
    let factor = Extent2D(height: size.height / rows, width: size.width / columns)
    let isWhole = factor.height * rows == size.height && factor.width * columns == size.width
    let isFactor = isWhole && 1...64 ~= factor.height && 1...64 ~= factor.width
    return Upsampling(isFactor ? .factor(factor) : .size(size), interpolation: interpolation)
  }

  /// What each element of the result along an axis takes of each of the input's, [outputs][inputs].
  func shares(_ axis: ResizedAxis, _ call: Call) throws(ONNXProblem) -> [Double] {
    guard axis.outputs * axis.inputs <= 1 << 22 else { throw call.problem("is too large") }
    guard !axis.leaves else { throw call.problem("takes values from outside its input") }
    // Antialiasing stretches the curve over as many elements as one of the result stands for.
    let stretch = antialiases ? max(1, 1 / Double(axis.scale)) : 1
    let reach = (mode == .cubic ? 2 : 1) * stretch
    var matrix = [Double](repeating: 0, count: axis.outputs * axis.inputs)
    for output in 0..<axis.outputs {
      let place = axis.place(of: output)
      let (low, high) = (Int((place - reach).rounded(.down)), Int((place + reach).rounded(.up)))
      var weights = (low...high).map { curve((Double($0) - place) / stretch) }
      let isInside = (low...high).map { 0..<axis.inputs ~= $0 }
      if excludesOutside { weights = zip(weights, isInside).map { $1 ? $0 : 0 } }
      let total = weights.reduce(0, +)
      for (index, weight) in weights.enumerated() {
        let input = max(0, min(axis.inputs - 1, low + index))
        matrix[output * axis.inputs + input] += weight / total
      }
    }
    return matrix
  }

  /// The share of an element at a distance.
  private func curve(_ distance: Double) -> Double {
    let x = abs(distance)
    if mode != .cubic { return max(0, 1 - x) }
    if x < 1 { return ((cubic + 2) * x - (cubic + 3)) * x * x + 1 }
    return x < 2 ? ((cubic * x - 5 * cubic) * x + 8 * cubic) * x - 4 * cubic : 0
  }
}

/// One dimension of a tensor that is resized: element o of the result lies at offset + step o of the input.
struct ResizedAxis {
  let inputs: Int
  var outputs: Int
  /// Outputs over inputs, not rounded.
  var scale: Float = 1
  /// The part of the input that is taken, from 0 to 1.
  var region = (0.0, 1.0)
  private(set) var step = 1.0
  private(set) var offset = 0.0

  init(inputs: Int) { (self.inputs, outputs) = (inputs, inputs) }

  /// Whether anything becomes of it.
  var changes: Bool { outputs != inputs || scale != 1 || region != (0, 1) }

  /// Whether some places lie outside the input by more than half an element, where others have their own number.
  fileprivate var leaves: Bool {
    region != (0, 1) && [0, outputs - 1].contains { place(of: $0) < 0 || place(of: $0) > Double(inputs - 1) }
  }

  /// Where an element of the result lies.
  func place(of output: Int) -> Double { offset + step * Double(output) }

  /// Finds step and offset.
  fileprivate mutating func place(_ coordinates: String, _ call: Call) throws(ONNXProblem) {
    let plain = Double(inputs) / Double(outputs)
    // The inverse of a scale even where it is not outputs over inputs, in single precision as others have it.
    step = abs(Double(1 / scale) - plain) < 1e-6 * plain ? plain : Double(1 / scale)
    let last = Double(inputs - 1)
    switch coordinates {
    case "half_pixel": offset = step / 2 - 0.5
    case "pytorch_half_pixel": offset = outputs > 1 ? step / 2 - 0.5 : 0
    case "asymmetric": offset = 0
    case "align_corners":
      step = outputs > 1 ? last / Double(outputs - 1) : 1
      offset = 0
    case "half_pixel_symmetric":
      let adjustment = Double(outputs) / (Double(scale) * Double(inputs))
      offset = Double(inputs) / 2 * (1 - adjustment) + step / 2 - 0.5
    case "tf_half_pixel_for_nn": offset = step / 2
    case "tf_crop_and_resize":
      step = outputs > 1 ? (region.1 - region.0) * last / Double(outputs - 1) : 1
      offset = outputs > 1 ? region.0 * last : (region.0 + region.1) / 2 * last
    default: throw call.problem("coordinate_transformation_mode is \(coordinates.quoted)")
    }
  }

  /// The element that is nearest, by ONNX's `nearest_mode`.
  func nearest(_ output: Int, _ rounding: String) -> Int {
    // Found in single precision, as others do: 3 times a third is 1.
    let place = Float(place(of: output))
    let found =
      switch rounding {
      case "floor": place.rounded(.down)
      case "ceil": place.rounded(.up)
      case "round_prefer_ceil": (place + 0.5).rounded(.down)
      default: (place - 0.5).rounded(.up)
      }
    return Int(max(0, min(Float(inputs - 1), found)))
  }
}
