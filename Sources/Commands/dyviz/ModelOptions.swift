import ArgumentParser
import ModelFiles
import Networks

extension PreprocessingChoice.Preset: ExpressibleByArgument {}
extension PreprocessingChoice.ChannelOrder: ExpressibleByArgument {}
extension Preprocessing.Interpolation: ExpressibleByArgument {}
extension ImageLayout: ExpressibleByArgument {}

/// What a user says of an ONNX file: the size of its images, its output, and how images become its input.
struct ModelOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "ONNX files that leave it open: side of the images, or HEIGHTxWIDTH.", valueName: "size"))
  var input: String?

  @OptionGroup var file: FileArguments

  @OptionGroup var images: PreprocessingArguments

  /// The same for readers.
  func reading(needsPreprocessing: Bool = true) throws -> ReadingOptions {
    var options = try images.reading(needsPreprocessing: needsPreprocessing)
    options.input = try input.map { try Extent2D(argument: $0, of: "--input") }
    file.say(&options)
    return options
  }

  /// Whether none of them was given.
  var isDefault: Bool { input == nil && file.isDefault && images.isDefault }
}

/// What an ONNX file's output is, and its input.
struct FileArguments: ParsableArguments {
  @Option(help: ArgumentHelp("ONNX files: the output that is the result; by default the first.", valueName: "name"))
  var logits: String?

  @OptionGroup var input: LayoutArguments

  /// Whether none of them was given.
  var isDefault: Bool { logits == nil && input.layout == nil }

  /// Puts them among what is said of a file.
  func say(_ options: inout ReadingOptions) {
    options.logits = logits
    options.layout = input.layout
  }
}

/// In which order an ONNX file's input has its dimensions.
struct LayoutArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "ONNX files: whether the input has its channels in front or last, nchw or nhwc; by default as its first layer takes them.",
      valueName: "order"))
  var layout: ImageLayout?
}

/// How images become the input of a network whose file does not say it, and what its classes are called.
struct PreprocessingArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "ONNX files: what the network was trained with: imagenet, inception, clip or none (values 0 to 1).",
      valueName: "name"))
  var preset: PreprocessingChoice.Preset?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "ONNX files: what is subtracted from pixels 0 to 1, a number or one for each channel, with commas between.",
      valueName: "numbers"))
  var mean: String?

  @Option(help: ArgumentHelp("ONNX files: what they are divided by then.", valueName: "numbers"))
  var std: String?

  @Option(
    help: ArgumentHelp("ONNX files: the shorter side after resizing, or HEIGHTxWIDTH exactly.", valueName: "size"))
  var resize: String?

  @Option(help: ArgumentHelp("ONNX files: the centre that is cut out then.", valueName: "size"))
  var crop: String?

  @Option(help: ArgumentHelp("ONNX files: the filter of the resize, bilinear or bicubic.", valueName: "name"))
  var interpolation: Preprocessing.Interpolation?

  @Option(help: ArgumentHelp("ONNX files: the input's channels, rgb, bgr or grey.", valueName: "order"))
  var channelOrder: PreprocessingChoice.ChannelOrder?

  @Option(
    help: ArgumentHelp("ONNX files: a text file with the classes in the order of the outputs.", valueName: "file"),
    completion: .file())
  var labels: String?

  /// Whether none of them was given.
  var isDefault: Bool {
    preset == nil && mean == nil && std == nil && resize == nil && crop == nil && interpolation == nil
      && channelOrder == nil && labels == nil
  }

  /// The same for readers.
  func reading(needsPreprocessing: Bool = true) throws -> ReadingOptions {
    var choice = PreprocessingChoice()
    choice.preset = preset
    choice.mean = try mean.map { try Self.numbers($0, of: "--mean") }
    choice.deviation = try std.map { try Self.numbers($0, of: "--std") }
    choice.resize = try resize.map { text in
      guard let side = Int(text), side > 0 else { return .exact(try Extent2D(argument: text, of: "--resize")) }
      return .shorterSide(side)
    }
    choice.crop = try crop.map { try Extent2D(argument: $0, of: "--crop") }
    choice.interpolation = interpolation
    choice.channelOrder = channelOrder
    return ReadingOptions(
      preprocessing: choice, labels: try labels.map(LabelFile.read) ?? [], needsPreprocessing: needsPreprocessing)
  }

  private static func numbers(_ text: String, of option: String) throws -> [Float] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      guard let number = Float(part), number.isFinite else {
        throw ValidationError("\(option) \(text): must be numbers with commas between, as in 0.485,0.456,0.406")
      }
      return number
    }
  }
}

extension Extent2D {
  /// `224` or `256x192`.
  init(argument text: String, of option: String) throws {
    let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard (1...2).contains(sides.count), let height = sides[0], let width = sides[sides.count - 1],
      (1...1 << 16).contains(height), (1...1 << 16).contains(width)
    else { throw ValidationError("\(option) \(text): must be a side or HEIGHTxWIDTH, at least 1x1") }
    self.init(height: height, width: width)
  }
}

extension ReadingOptions {
  /// For commands that show the network no images; an open size is `size`.
  static func withoutImages(_ size: Extent2D?) -> ReadingOptions {
    ReadingOptions(input: size, needsPreprocessing: false)
  }

  /// The same for squares.
  static func withoutImages(side: Int?) -> ReadingOptions { withoutImages(side.map { Extent2D($0) }) }
}
