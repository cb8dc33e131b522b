import Networks
import PlainText
import Tensors

/// Turns a variant's `preprocessing` into a ``Preprocessing`` whose result is the network's input.
enum PreprocessingDecoder {
  private static let extents = 1...GraphShapes.maximumExtent

  static func decode(_ fields: inout Fields, input: FeatureShape) throws(Problem) -> Preprocessing {
    let channels = try fields.integer("channels", in: 1...Preprocessing.maximumChannels)
    let padding = try fields.integers(
      "padding", count: 4, in: 0...GraphShapes.maximumExtent, default: [0, 0, 0, 0])
    var resizeFields = try fields.object("resize")
    let interpolation = try interpolation(&resizeFields)
    let preprocessing = Preprocessing(
      channels: channels, resize: try resize(resizeFields), interpolation: interpolation,
      crop: try size(fields.object("crop")),
      padding: Padding(top: padding[0], left: padding[1], bottom: padding[2], right: padding[3]),
      mean: try fields.floats("mean", count: channels),
      deviation: try fields.floats("deviation", count: channels))
    guard preprocessing.deviation.allSatisfy({ $0 > 0 }) else {
      throw fields.problem("deviation must be above 0, but it is \(preprocessing.deviation)")
    }
    try fields.finish()
    try check(preprocessing, input: input, fields: fields)
    return preprocessing
  }

  /// Takes a resize's `interpolation`.
  private static func interpolation(_ fields: inout Fields?) throws(Problem) -> Preprocessing.Interpolation {
    guard var resize = fields else { return .bilinear }
    let value = resize.take("interpolation")
    fields = resize
    guard let value else { return .bilinear }
    guard case .string(let name) = value, let interpolation = Preprocessing.Interpolation(rawValue: name) else {
      let names = Preprocessing.Interpolation.allCases.map(\.rawValue.quoted).joined(separator: " or ")
      throw resize.unexpected(value, "interpolation", names)
    }
    return interpolation
  }

  private static func resize(_ fields: Fields?) throws(Problem) -> Preprocessing.Resize? {
    guard var resize = fields else { return nil }
    guard let side = resize.take("shorter_side") else { return try size(resize).map { .exact($0) } }
    guard let length = side.integer, extents.contains(length) else {
      throw resize.unexpected(side, "shorter_side", "an integer from 1 to \(extents.upperBound)")
    }
    try resize.finish()
    return .shorterSide(length)
  }

  private static func size(_ fields: Fields?) throws(Problem) -> Extent2D? {
    guard var fields else { return nil }
    let size = Extent2D(
      height: try fields.integer("height", in: extents), width: try fields.integer("width", in: extents))
    try fields.finish()
    return size
  }

  /// Compares what preprocessing gives with what the network takes, as far as the file alone decides it.
  private static func check(_ preprocessing: Preprocessing, input: FeatureShape, fields: Fields) throws(Problem) {
    guard preprocessing.channels == input.channels else {
      throw fields.problem("gives \(preprocessing.channels) channels, but the network's input has \(input.channels)")
    }
    let padding = preprocessing.padding
    let bare = Extent2D(
      height: input.height - padding.top - padding.bottom, width: input.width - padding.left - padding.right)
    guard bare.height > 0, bare.width > 0 else {
      throw fields.problem("the padding leaves nothing of the network's input, \(input.text)")
    }
    let given: Extent2D
    switch (preprocessing.crop, preprocessing.resize) {
    case (let crop?, _): given = crop
    case (nil, .exact(let size)): given = size
    case (nil, .shorterSide(let side)):
      guard side == min(bare.height, bare.width) else {
        throw fields.problem(
          "resize and padding give a shorter side of \(side), but the network's input leaves "
            + "\(bare.height)x\(bare.width)")
      }
      return
    case (nil, nil): return
    }
    guard given == bare else {
      throw fields.problem(
        "gives \(given.height)x\(given.width) before padding, but the network's input, \(input.text), leaves "
          + "\(bare.height)x\(bare.width)")
    }
  }
}
