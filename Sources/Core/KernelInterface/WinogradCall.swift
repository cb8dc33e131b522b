import Tensors

/// Rows of a 3x3 convolution of stride 1 without groups, then the epilogue: F(2x2, 3x3), Winograd's minimal filtering.
///
/// Two by two outputs take 16 products for each input channel instead of 36: `y = A^T [ (G g G^T) * (B^T d B) ] A`
/// with the 4x4 inputs d and the 3x3 filter g (Lavin and Gray, Fast algorithms for convolutional neural networks,
/// 2016, equation 8). Pairs of rows and columns begin at even ones, whichever rows are asked for, so that an output
/// does not depend on them.
///
/// An output also depends, within rounding, on the inputs around its window that its neighbours read: what is not
/// finite reaches up to one position further than in ``KernelTable/convolution``.
public struct WinogradCall {
  /// One for each image, all of one convolution and of the same rows. As of the dense convolution, but for the weights:
  /// packed `[outputStride / 16][16][inChannels][16]`, where the second 16 are the elements of `G g G^T` by rows.
  public let images: [SpatialCall]
  /// How the images' outputs are cut.
  public let tiling: WinogradTiling
  /// Floats for what lies between the transforms, at least ``WinogradTiling/scratchFloats``.
  public let scratch: TensorSlice

  /// Creates a call on at least one map, with padding lanes.
  public init(_ images: [SpatialCall], scratch: TensorSlice) {
    let geometry = images[0].geometry
    tiling = WinogradTiling(geometry, images: images.count)
    let (input, output) = (geometry.inputShape, geometry.outputShape)
    for image in images {
      precondition(WinogradTiling.takes(image.geometry), "a 3x3 window, one step at a time")
      precondition(image.geometry.inputShape == input && image.geometry.outputShape == output)
      precondition(image.rows == images[0].rows, "the same rows of all images")
      precondition(image.weights.count >= output.channelStride * WinogradTiling.products * input.channels)
    }
    precondition(scratch.count >= tiling.scratchFloats)
    self.images = images
    self.scratch = scratch
  }
}

/// How F(2x2, 3x3) cuts the maps of some images: tiles of two by two outputs, some of them at a time.
public struct WinogradTiling: Sendable, Equatable {
  /// Products for each tile and pair of channels.
  public static let products = 16
  /// Most channels that a row of zeros beside the map has.
  private static let mostChannels = 4096
  /// Tiles at a time, at most: so often is a weight used when it was read, and what lies between the transforms stays
  /// in or near the second-level cache.
  private static let mostTiles = 64

  /// Tiles in a row of the output.
  public let across: Int
  /// Neighbouring tiles of a row that are taken at a time.
  public let columns: Int
  /// Rows of tiles that are taken at a time, of one image or of several.
  public let rows: Int
  /// Floats that a call needs beside its maps.
  public let scratchFloats: Int

  /// The tiles of a convolution's outputs for so many images.
  public init(_ geometry: WindowGeometry, images: Int) {
    let shape = geometry.outputShape
    across = (shape.width + 1) / 2
    columns = min(across, Self.mostTiles)
    rows = max(1, min(Self.mostTiles / max(columns, 1), images * ((shape.height + 1) / 2)))
    scratchFloats =
      rows * columns * Self.products * (geometry.inputStride + shape.channelStride)
      + 4 * columns * FeatureShape.simdWidth
  }

  /// Whether a window is one that F(2x2, 3x3) computes.
  public static func takes(_ geometry: WindowGeometry) -> Bool {
    geometry.kernel == (3, 3) && geometry.stride == (1, 1) && geometry.dilation == (1, 1) && geometry.groups == 1
      && geometry.inputStride == geometry.inputShape.channelStride && geometry.inputStride <= mostChannels
  }
}
