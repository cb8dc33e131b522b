import Networks

/// Where a file has the channels of its image: as the user says, else as its first layer takes them, else where the
/// shape has as many as images have.
struct InputLayout {
  let layout: ImageLayout
  /// What is odd about it, a sentence; nil where it is sure.
  let warning: String?

  /// The layout of the input `name`, whose shape has four extents.
  init(_ model: ModelMessage, input name: String, shape: [Int?], said: ImageLayout?) {
    if let known = said ?? Self.taken(model.nodes, from: name) {
      (layout, warning) = (known, nil)
      return
    }
    layout = Self.guessed(shape)
    let channels = 1...Preprocessing.maximumChannels
    let mayBeBoth = channels.contains(shape[1] ?? 0) && channels.contains(shape[3] ?? 0)
    let (taken, other) = layout == .nchw ? ("in front", ImageLayout.nhwc) : ("last", .nchw)
    warning =
      mayBeBoth
      ? "may have its channels in front or last; they are taken to be \(taken) (--layout \(other.rawValue) says the other)"
      : nil
  }

  /// Operators whose first input has its channels behind the images.
  private static let layers: Set = [
    "Conv", "ConvTranspose", "BatchNormalization", "InstanceNormalization", "GroupNormalization", "LRN", "MaxPool",
    "AveragePool", "LpPool", "GlobalMaxPool", "GlobalAveragePool", "GlobalLpPool", "DepthToSpace", "SpaceToDepth",
  ]

  /// Operators that leave the order of dimensions as it is.
  private static let keeping: Set = [
    "Identity", "Cast", "CastLike", "Dropout", "Add", "Sub", "Mul", "Div", "Neg", "Sum", "Max", "Min", "Clip", "Relu",
    "Pad", "Slice", "Resize", "Upsample", "Concat", "Split",
  ]

  /// The layout with which the image comes to the first layer; nil where that is not to be seen.
  private static func taken(_ nodes: [NodeMessage], from name: String) -> ImageLayout? {
    // For each tensor that is the image, which of the input's dimensions each of its own is.
    var orders = [name: [0, 1, 2, 3]]
    for node in nodes {
      guard let index = node.inputs.firstIndex(where: { orders[$0] != nil }), let order = orders[node.inputs[index]]
      else { continue }
      if layers.contains(node.type) {
        guard index == 0 else { continue }
        return order[1] == 1 ? .nchw : order[1] == 3 ? .nhwc : nil
      }
      guard let next = changed(order, by: node) else { continue }
      for output in node.outputs { orders[output] = next }
    }
    return nil
  }

  /// The order behind a node; nil where it is not to be seen.
  private static func changed(_ order: [Int], by node: NodeMessage) -> [Int]? {
    guard node.type == "Transpose" else { return keeping.contains(node.type) ? order : nil }
    guard case .integers(let turned)? = node.attributes["perm"] else {
      return node.attributes["perm"] == nil ? order.reversed() : nil
    }
    guard turned.sorted() == [0, 1, 2, 3] else { return nil }
    return turned.map { order[$0] }
  }

  /// The layout by the extents alone: those of images before others.
  private static func guessed(_ shape: [Int?]) -> ImageLayout {
    for counts in [[1, 3], Array(1...Preprocessing.maximumChannels)] {
      if counts.contains(shape[1] ?? 0) { return .nchw }
      if counts.contains(shape[3] ?? 0) { return .nhwc }
    }
    return .nchw
  }
}
