/// The extent of one image's feature map: height, width and channels.
///
/// Feature maps are stored NHWC without the batch dimension: position `(row, column)` holds its channels
/// contiguously, padded with zeros to a multiple of ``simdWidth`` floats (``channelStride``).
public struct FeatureShape: Sendable, Hashable, Codable {
  /// Rows.
  public var height: Int
  /// Columns.
  public var width: Int
  /// Channels in use; storage holds ``channelStride`` of them.
  public var channels: Int

  /// Floats in the widest SIMD vector; every channel count is padded to a multiple of it.
  public static let simdWidth = 16

  /// Creates a shape; every extent must be at least 1.
  public init(height: Int, width: Int, channels: Int) {
    precondition(height > 0 && width > 0 && channels > 0, "a feature map has at least one element")
    self.height = height
    self.width = width
    self.channels = channels
  }

  /// `height * width`.
  public var positions: Int { height * width }
  /// `height * width * channels`: elements without padding.
  public var count: Int { positions * channels }
  /// Floats from one position to the next.
  public var channelStride: Int { Self.padded(channels) }
  /// Floats that the stored map takes, padding included.
  public var storedCount: Int { positions * channelStride }

  /// The smallest multiple of ``simdWidth`` that is at least `count`.
  public static func padded(_ count: Int) -> Int { (count + simdWidth - 1) / simdWidth * simdWidth }
}
