import Networks
import PlainText
import Tensors

/// The image among a file's inputs.
struct NetworkInput {
  private let name: String
  private let map: FeatureShape
  /// Whether the file has the channels last.
  private let isChannelsLast: Bool
  /// What is odd but can be worked with, a sentence each.
  private(set) var warnings: [String] = []

  private static let extents = 1...GraphShapes.maximumExtent

  /// Finds the image; its size is the file's, else the user's.
  init(_ model: ModelMessage, options: ONNXOptions) throws(ONNXProblem) {
    guard let input = model.inputs.first else { throw ONNXProblem("has no input") }
    guard model.inputs.count == 1 else {
      let names = model.inputs.map(\.name.quoted).joined(separator: ", ")
      throw ONNXProblem("has \(model.inputs.count) inputs (\(names)), but one image is expected")
    }
    name = input.name
    guard let shape = input.shape, shape.count == 4 else {
      throw ONNXProblem("the input \(input.name.quoted) is no image: four dimensions are expected")
    }
    guard let type = input.type, type.isFloat else {
      throw ONNXProblem("the input \(input.name.quoted) is of no floating-point type")
    }
    if let count = shape[0], count != 1 {
      warnings = ["is for \(count) images at once, of which each is taken by itself"]
    }
    let layout = InputLayout(model, input: input.name, shape: shape, said: options.layout)
    isChannelsLast = layout.layout == .nhwc
    if let warning = layout.warning { warnings.append(warning) }
    guard let channels = isChannelsLast ? shape[3] : shape[1] else {
      throw ONNXProblem("the input \(input.name.quoted) does not say how many channels it has")
    }
    let (rows, columns) = isChannelsLast ? (shape[1], shape[2]) : (shape[2], shape[3])
    if let wanted = options.input, rows ?? wanted.height != wanted.height || columns ?? wanted.width != wanted.width {
      throw ONNXProblem(
        "is for images of \(rows ?? wanted.height)x\(columns ?? wanted.width), but --input says "
          + "\(wanted.height)x\(wanted.width)")
    }
    guard let height = rows ?? options.input?.height, let width = columns ?? options.input?.width else {
      throw ONNXProblem("leaves the images' size open; say it, as in --input 224 or --input 192x256")
    }
    let node = "the input \(name.quoted)"
    do throws(GraphError) {
      guard Self.extents ~= height, Self.extents ~= width, Self.extents ~= channels else {
        throw GraphError(node: node, problem: "\(height)x\(width)x\(channels) is out of range")
      }
      map = try Operation.input(FeatureShape(height: height, width: width, channels: channels)).payload.outputShape(
        [], node: node)
    } catch { throw ONNXProblem("\(node): \(error.problem)") }
    guard 1...Preprocessing.maximumChannels ~= channels else {
      throw ONNXProblem(
        "the input \(name.quoted) has \(channels) channels; inputs of 1 to \(Preprocessing.maximumChannels) are read")
    }
  }

  /// Makes the draft's first node.
  func add(to converter: Converter) throws(ONNXProblem) {
    let node = converter.draft.add(
      .graph(.input(map)), [], map, origin: Origin(path: "", label: "input", place: "the input"))
    let value = Value(whole: node, map)
    converter.operands[name] = .value(
      isChannelsLast ? value.placed(value.index.transposed([0, 2, 3, 1])) : value)
  }
}
