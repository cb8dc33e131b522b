/// How an image becomes a network's input, as torchvision does it: Resize, CenterCrop, Pad, ToTensor, Normalize, each
/// optional but the last.
public struct Preprocessing: Sendable, Equatable, Codable {
  /// Channels of the input: 1 (grey, Pillow's "L") or 3 (RGB).
  public var channels: Int
  /// Antialiased resize; nil leaves the size.
  public var resize: Resize?
  /// The filter of the resize.
  public var interpolation: Interpolation
  /// Centre crop to this size (zero-padded where the image is smaller, as torchvision); nil leaves the size.
  public var crop: Extent2D?
  /// Pixels of value 0 added around; applied after the crop and before normalisation.
  public var padding: Padding
  /// Per channel, subtracted after pixels are scaled to 0...1.
  public var mean: [Float]
  /// Per channel, divided by.
  public var deviation: [Float]

  /// Most channels of an input.
  public static let maximumChannels = 16

  /// Whether images can be made the input: they are grey or RGB. What has another number of channels takes prepared
  /// tensors alone.
  public var takesImages: Bool { channels == 1 || channels == 3 }

  /// What Resize aims at.
  public enum Resize: Sendable, Equatable, Codable {
    /// The shorter side becomes this long; the longer side follows (truncated, as torchvision).
    case shorterSide(Int)
    /// Exactly this size.
    case exact(Extent2D)
  }

  /// The filters of Resize, each as Pillow computes it.
  public enum Interpolation: String, Sendable, CaseIterable, Codable {
    /// A triangle.
    case bilinear
    /// A cubic with a = -0.5, which sharpens a little.
    case bicubic
  }

  /// Creates a preprocessing.
  public init(
    channels: Int, resize: Resize? = nil, interpolation: Interpolation = .bilinear, crop: Extent2D? = nil,
    padding: Padding = Padding(0), mean: [Float], deviation: [Float]
  ) {
    precondition(mean.count == channels && deviation.count == channels, "one mean and deviation per channel")
    self.channels = channels
    self.resize = resize
    self.interpolation = interpolation
    self.crop = crop
    self.padding = padding
    self.mean = mean
    self.deviation = deviation
  }
}
