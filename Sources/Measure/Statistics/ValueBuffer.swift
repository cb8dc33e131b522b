import Tensors

/// Values of some images of one site that are not in its histogram yet.
///
/// A histogram has more lines of cache than a site has channels, and all sites' histograms are larger than a core's
/// cache: counting the values of several images at once brings its lines there once.
struct ValueBuffer {
  private static let images = 16

  private let storage: TensorSlice
  private let capacity: Int
  /// Values held.
  var count = 0

  /// Room for the values of some images with so many coefficient channels each.
  init(channels: Int) {
    capacity = Self.images * channels
    // A kernel may write some more than it has.
    storage = TensorSlice(zeros: capacity + FeatureShape.simdWidth)
  }

  /// What ``init(channels:)`` takes.
  static func bytes(channels: Int) -> Int {
    (images * channels + FeatureShape.simdWidth) * MemoryLayout<Float>.stride
  }

  /// What is held.
  var values: TensorSlice { storage[0..<count] }
  /// What follows the values that are held.
  var free: TensorSlice { storage[count..<storage.count] }

  /// Whether there is room for so many more.
  func hasRoom(for channels: Int) -> Bool { count + channels <= capacity }
}

/// What the functions of some images of one site are, one value for each image and coefficient channel, before it is
/// counted.
struct FunctionValues {
  /// |a1 - a2|, none for K = 1.
  var slopeDifferences: ValueBuffer
  /// f(0.5).
  var outputsAtHalf: ValueBuffer

  /// Room for some images' functions.
  init(channels: Int) {
    slopeDifferences = ValueBuffer(channels: channels)
    outputsAtHalf = ValueBuffer(channels: channels)
  }

  /// Whether nothing is held.
  var isEmpty: Bool { outputsAtHalf.count == 0 }

  /// Whether there is room for one more image's functions.
  func hasRoom(for channels: Int) -> Bool { outputsAtHalf.hasRoom(for: channels) }
}
