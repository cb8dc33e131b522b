import Networks
import PlainText
import Tensors

/// Poolings over windows and over whole maps.
extension Converters {
  static let pooling: [String: Conversion] = [
    "MaxPool": { converter, call throws(ONNXProblem) in
      [.value(try converter.pool(call, converter.maximumPool))]
    },
    "AveragePool": { converter, call throws(ONNXProblem) in
      [.value(try converter.pool(call, converter.averagePool))]
    },
    "GlobalAveragePool": { converter, call throws(ONNXProblem) in
      let source = try converter.wholeMap(call.value(), call)
      return [.value(try converter.meanOverWindows(source, source.extents.size, call))]
    },
    "GlobalMaxPool": { converter, call throws(ONNXProblem) in
      let source = try converter.wholeMap(call.value(), call)
      return [.value(try converter.maximumOverWindows(source, source.extents.size, call))]
    },
  ]
}

extension FeatureShape {
  /// Height and width.
  var size: Extent2D { Extent2D(height: height, width: width) }
}

extension Converter {
  /// A pooling by windows of a map, or of one row where it has three dimensions.
  fileprivate func pool(
    _ call: Call, _ pooling: (Value, WindowOptions, Call) throws(ONNXProblem) -> Value
  ) throws(ONNXProblem) -> Value {
    let value = try call.value()
    let (source, isFlat) = (try windowed(value, call), value.shape.count == 3)
    let result = try pooling(source, WindowOptions(call, over: source.extents, isFlat: isFlat), call)
    return isFlat ? result.reshaped([1, result.shape[1], result.shape[3]]) : result
  }

  fileprivate func maximumPool(
    _ source: Value, _ window: WindowOptions, _ call: Call
  ) throws(ONNXProblem) -> Value {
    let (node, padding) = padBelow(source, window.padding, neutral: -.infinity)
    let padded = try ceiled(padding, window, draft[node].shape, call)
    let pooling = Pooling(
      .maximum, kernel: window.kernel, stride: window.stride, padding: padded, dilation: window.dilation)
    return try add(.pool(pooling), [node], call)
  }

  fileprivate func averagePool(
    _ source: Value, _ window: WindowOptions, _ call: Call
  ) throws(ONNXProblem) -> Value {
    guard window.dilation == Extent2D(1) else { return try dilatedMean(source, window, call) }
    if window.kernel == source.extents.size, window.padding == Padding(0) {
      return try meanOverWindows(source, window.kernel, call)
    }
    var counts = try call.integer("count_include_pad") ?? 0 != 0
    var (node, padding) = (source.node, window.padding)
    if counts || padding == Padding(0) { (node, padding) = padBelow(source, padding, neutral: 0) }
    counts = counts || padding != window.padding
    let padded = try ceiled(padding, window, draft[node].shape, call)
    if padded != padding {
      if counts, padding != Padding(0) {
        // What ceil_mode adds does not count, but the padding does: it becomes rows and columns of the map.
        let around = try surrounded(node, padding, 0, call)
        let more = Padding(
          top: 0, left: 0, bottom: padded.bottom - padding.bottom, right: padded.right - padding.right)
        let pooling = Pooling(
          .average(countsPadding: false), kernel: window.kernel, stride: window.stride, padding: more)
        return try add(.pool(pooling), [around.node], call)
      }
      counts = false
    }
    let pooling = Pooling(
      .average(countsPadding: counts), kernel: window.kernel, stride: window.stride, padding: padded)
    return try add(.pool(pooling), [node], call)
  }

  /// Means under a window whose taps lie apart: a convolution of each channel.
  private func dilatedMean(_ source: Value, _ window: WindowOptions, _ call: Call) throws(ONNXProblem) -> Value {
    let counts = try call.integer("count_include_pad") ?? 0 != 0 || window.padding == Padding(0)
    guard counts, try call.integer("ceil_mode") ?? 0 == 0 else {
      throw call.problem("has dilations, and taps that do not count; one of them is covered")
    }
    let (kernel, channels) = (window.kernel, source.extents.channels)
    let taps = kernel.height * kernel.width
    let shares = [Float](repeating: Float(1 / Double(taps)), count: channels * taps)
    let weight = draft.store(
      DraftTensor(shape: [channels, 1, kernel.height, kernel.width], values: .numbers(shares)),
      "\(origin.label).weight")
    let convolution = Convolution(
      outChannels: channels, kernel: kernel, stride: window.stride, padding: window.padding, dilation: window.dilation,
      groups: channels, weight: weight)
    return try add(.convolution(convolution), [source.node], call)
  }

  /// Padding that covers what ceil_mode adds: windows that begin inside the map or in front of it.
  private func ceiled(
    _ padding: Padding, _ window: WindowOptions, _ map: FeatureShape, _ call: Call
  ) throws(ONNXProblem) -> Padding {
    guard try call.integer("ceil_mode") ?? 0 != 0 else { return padding }
    func more(_ size: Int, _ before: Int, _ after: Int, _ kernel: Int, _ stride: Int, _ dilation: Int) -> Int {
      let room = size + before + after - dilation * (kernel - 1) - 1
      guard room >= 0, room % stride > 0 else { return 0 }
      let count = room / stride + 1
      return count * stride < size + before ? count * stride - room : 0
    }
    var padding = padding
    padding.bottom += more(
      map.height, padding.top, padding.bottom, window.kernel.height, window.stride.height, window.dilation.height)
    padding.right += more(
      map.width, padding.left, padding.right, window.kernel.width, window.stride.width, window.dilation.width)
    return padding
  }

  /// Means over windows that lie side by side.
  func meanOverWindows(_ source: Value, _ kernel: Extent2D, _ call: Call) throws(ONNXProblem) -> Value {
    if kernel == Extent2D(1) { return source }
    if kernel == source.extents.size { return try add(.globalAveragePool, [belowParts(source.node)], call) }
    return try add(.pool(Pooling(.average(countsPadding: true), kernel: kernel)), [source.node], call)
  }

  /// The map of whose equal parts a node is the means, since their mean is the mean of all; else the node.
  private func belowParts(_ name: String) -> String {
    let node = draft[name]
    guard case .graph(.pool(let pooling)) = node.operation, case .average = pooling.kind,
      pooling.kernel == pooling.stride, pooling.padding == Padding(0)
    else { return name }
    let below = draft[node.inputs[0]].shape
    let isWhole = below.height % pooling.kernel.height == 0 && below.width % pooling.kernel.width == 0
    return isWhole ? belowParts(node.inputs[0]) : name
  }

  /// Largest values over windows that lie side by side.
  func maximumOverWindows(_ source: Value, _ kernel: Extent2D, _ call: Call) throws(ONNXProblem) -> Value {
    if kernel == Extent2D(1) { return source }
    return try add(.pool(Pooling(.maximum, kernel: kernel)), [source.node], call)
  }
}
