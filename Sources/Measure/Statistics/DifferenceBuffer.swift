import Tensors

/// Slope differences of some images of one site that are not in its histogram yet.
///
/// A histogram has more lines of cache than a site has channels, and all sites' histograms are larger than a core's cache: counting the
/// differences of several images at once brings its lines there once.
struct DifferenceBuffer {
  private static let images = 16

  private let storage: TensorSlice
  private let capacity: Int
  /// Differences held.
  var count = 0

  /// Room for the differences of some images with so many coefficient channels each.
  init(channels: Int) {
    capacity = Self.images * channels
    // A kernel may write some more than it has.
    storage = TensorSlice(zeros: capacity + FeatureShape.simdWidth)
  }

  /// What is held.
  var values: TensorSlice { storage[0..<count] }
  /// What follows the differences that are held.
  var free: TensorSlice { storage[count..<storage.count] }

  /// Whether there is room for so many more.
  func hasRoom(for channels: Int) -> Bool { count + channels <= capacity }
}
