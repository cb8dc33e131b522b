public import KernelInterface
import Networks
import Tensors

/// Reads, decodes and preprocesses images into a network's input. One per worker: its buffers are reused, so once warm
/// an image allocates (almost) nothing.
public final class ImageReader {
  /// How pixels become the input.
  public let preprocessing: Preprocessing
  /// The network's input.
  public let input: FeatureShape
  /// What is refused unread.
  public let limits: ImageLimits

  private let decoder = ImageDecoder()
  private var file = FileBytes()
  private var pixels = PixelImage()
  private var preprocessor: Preprocessor

  /// Creates a reader for a network that takes `input`; its channels must be the preprocessing's, 1 or 3.
  public init(
    preprocessing: Preprocessing, input: FeatureShape, kernels: ImageKernels, limits: ImageLimits = ImageLimits()
  ) {
    precondition(preprocessing.channels == input.channels, "preprocessing and network differ in channels")
    self.preprocessing = preprocessing
    self.input = input
    self.limits = limits
    preprocessor = Preprocessor(preprocessing, kernels: kernels)
  }

  /// Fills `output` (`[height][width][channels]`, nothing between them) with the image; tells which part of
  /// it went where.
  ///
  /// When it throws, `output` is untouched.
  @discardableResult
  public func read(_ image: FedImage, into output: TensorSlice) throws(ImageFailure) -> PreprocessingGeometry {
    do throws(ImageFailure.Reason) {
      if let failure = image.item.failure { throw failure }
      switch (image.content, image.item.place) {
      case (let content?, _): try file.load(content.get())
      case (nil, .part(let offset, let size)):
        try file.load(path: image.item.rawPath, part: (offset, size), limit: limits.fileBytes)
      case (nil, _): try file.load(path: image.item.rawPath, limit: limits.fileBytes)
      }
      return try process(into: output)
    } catch {
      throw ImageFailure(path: image.item.path, reason: error)
    }
  }

  /// As ``read(_:into:)``, for one image alone: a member of a compressed archive is looked for from its beginning.
  @discardableResult
  public func read(_ item: ImageItem, into output: TensorSlice) throws(ImageFailure) -> PreprocessingGeometry {
    try read(ListedFeed([item], limits: limits).next { _ in 1 }[0], into: output)
  }

  /// As ``read(_:into:)``, for a file that is in memory.
  @discardableResult
  package func read(
    bytes: [UInt8], into output: TensorSlice
  ) throws(ImageFailure.Reason) -> PreprocessingGeometry {
    try file.load(bytes)
    return try process(into: output)
  }

  /// Decodes a file in memory alone: its height, its width and its pixels, channels last, as Pillow's `convert` leaves
  /// them.
  package func decode(bytes: [UInt8]) throws(ImageFailure.Reason) -> (height: Int, width: Int, pixels: [UInt8]) {
    try file.load(bytes)
    let header = try decoder.header(of: file, limits: limits)
    try decoder.decode(file, header: header, channels: input.channels, into: &pixels)
    let repeats = input.channels / pixels.channels
    let flat = (0..<pixels.count * repeats).map { pixels.bytes[$0 / repeats] }
    return (pixels.height, pixels.width, flat)
  }

  private func process(into output: TensorSlice) throws(ImageFailure.Reason) -> PreprocessingGeometry {
    precondition(output.count == input.count, "the output is not the size of the network's input")
    let header = try decoder.header(of: file, limits: limits)
    let geometry = PreprocessingGeometry(height: header.height, width: header.width, preprocessing: preprocessing)
    guard geometry.rows.output == input.height, geometry.columns.output == input.width else {
      throw .wrongSize(
        height: geometry.rows.output, width: geometry.columns.output, expectedHeight: input.height,
        expectedWidth: input.width)
    }
    try decoder.decode(file, header: header, channels: input.channels, into: &pixels)
    preprocessor.process(pixels, geometry: geometry, into: output)
    return geometry
  }
}
