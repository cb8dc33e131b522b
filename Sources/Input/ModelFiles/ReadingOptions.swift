import Networks
import Tensors

/// What a user says of model files that do not say it themselves (ONNX).
public struct ReadingOptions: Sendable {
  /// The images' size, for files that leave it open.
  public var input: Extent2D?
  /// The output that is the result, for files with several.
  public var logits: String?
  /// In which order the file's input has its dimensions; nil where that is to be found out.
  public var layout: ImageLayout?
  /// How images become the network's input.
  public var preprocessing: PreprocessingChoice
  /// The class names in the order of the outputs.
  public var labels: [String]
  /// Whether images will be shown to the network, so that it must be known how they become its input.
  public var needsPreprocessing: Bool

  /// Nothing is said unless told.
  public init(
    input: Extent2D? = nil, logits: String? = nil, layout: ImageLayout? = nil,
    preprocessing: PreprocessingChoice = PreprocessingChoice(), labels: [String] = [], needsPreprocessing: Bool = true
  ) {
    (self.input, self.logits, self.layout) = (input, logits, layout)
    (self.preprocessing, self.labels) = (preprocessing, labels)
    self.needsPreprocessing = needsPreprocessing
  }

  /// The first of the command line's options that only a file without them takes; nil where none was given.
  var given: String? {
    if logits != nil { return "--logits" }
    if layout != nil { return "--layout" }
    if !labels.isEmpty { return "--labels" }
    return preprocessing.isDefault ? nil : "--preset, --mean and their like"
  }
}

/// How images become a network's input, as a user says it: a preset, and what differs from it.
public struct PreprocessingChoice: Sendable, Equatable {
  /// What published networks were trained with.
  public enum Preset: String, Sendable, CaseIterable {
    /// ImageNet's mean and deviation; a crop of 7/8 of the shorter side.
    case imagenet
    /// Values from -1 to 1; a crop of 7/8 of the shorter side.
    case inception
    /// CLIP's mean and deviation; the whole shorter side, bicubic.
    case clip
    /// Values from 0 to 1; the images have the network's size.
    case none
  }

  /// What the channels of the network's input are.
  public enum ChannelOrder: String, Sendable, CaseIterable {
    case rgb, bgr, grey
  }

  /// What is meant where nothing else is said.
  public var preset: Preset?
  /// Subtracted after pixels are scaled to 0...1, one number for each channel in the network's order, or one for all.
  public var mean: [Float]?
  /// Divided by.
  public var deviation: [Float]?
  /// What Resize aims at.
  public var resize: Preprocessing.Resize?
  /// The centre that is cut out.
  public var crop: Extent2D?
  /// The filter of the resize.
  public var interpolation: Preprocessing.Interpolation?
  /// What the channels of the network's input are; RGB, or grey, unless told.
  public var channelOrder: ChannelOrder?

  /// Nothing is said.
  public init() {}

  /// Whether nothing was said.
  public var isDefault: Bool { self == PreprocessingChoice() }

  /// The preprocessing for a network's input; nil where too little was said. BGR is told by `isReversed`.
  func preprocessing(
    _ input: FeatureShape
  ) throws(Problem) -> (preprocessing: Preprocessing, isReversed: Bool)? {
    guard preset != nil || mean != nil && deviation != nil else { return nil }
    let isReversed = channelOrder == .bgr
    guard channelOrder != .grey || input.channels == 1, channelOrder != .bgr || input.channels == 3 else {
      let order = channelOrder?.rawValue ?? ""
      throw Problem("takes \(input.channels) channels, which do not go with --channel-order \(order)")
    }
    let size = Extent2D(height: input.height, width: input.width)
    let own = Self.numbers(preset ?? .none)
    func numbers(_ given: [Float]?, _ standard: [Float], _ option: String) throws(Problem) -> [Float] {
      // Grey images get what the three channels have on the average.
      let grey = [standard.reduce(0, +) / Float(standard.count)]
      let plain = standard.allSatisfy { $0 == standard[0] } ? [standard[0]] : standard
      let numbers = given ?? (input.channels == 1 ? grey : plain)
      guard numbers.count == input.channels || numbers.count == 1 else {
        let origin = given == nil ? "--preset" : option
        throw Problem("takes \(input.channels) channels, but \(origin) gives \(numbers.count) numbers")
      }
      let all = numbers.count == 1 ? Array(repeating: numbers[0], count: input.channels) : numbers
      return isReversed && given != nil ? all.reversed() : all
    }
    let deviations = try numbers(deviation, own.deviation, "--std")
    guard deviations.allSatisfy({ $0 > 0 }) else { throw Problem("--std must be above 0") }
    var result = Preprocessing(
      channels: input.channels, resize: resize ?? standardResize(size),
      interpolation: interpolation ?? (preset == .clip ? .bicubic : .bilinear), crop: crop ?? standardCrop(size),
      mean: try numbers(mean, own.mean, "--mean"), deviation: deviations)
    if case .exact? = result.resize, crop == nil { result.crop = nil }
    return (result, isReversed)
  }

  private static func numbers(_ preset: Preset) -> (mean: [Float], deviation: [Float]) {
    switch preset {
    case .imagenet: ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
    case .inception: ([0.5, 0.5, 0.5], [0.5, 0.5, 0.5])
    case .clip: ([0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711])
    case .none: ([0, 0, 0], [1, 1, 1])
    }
  }

  private func standardResize(_ size: Extent2D) -> Preprocessing.Resize? {
    let side = crop.map { max($0.height, $0.width) } ?? max(size.height, size.width)
    switch preset {
    case .imagenet, .inception: return .shorterSide((side * 8 + 3) / 7)
    case .clip: return .shorterSide(side)
    case .some(.none), nil: return nil
    }
  }

  private func standardCrop(_ size: Extent2D) -> Extent2D? {
    preset == nil || preset == .some(.none) ? (resize == nil ? nil : size) : size
  }

  /// The line that a user adds.
  static let advice =
    "says nothing of how images become its input; add --preset imagenet (or inception, clip, none), or --mean and --std"
}
