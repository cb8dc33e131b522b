/// Which point of an image the elements of a heat map stand for. A network learns this from the maps that it was
/// trained on.
public enum HeatMapAlignment: String, Sendable, CaseIterable {
  /// Element i stands for pixel `stride * i`: keypoints were divided by the stride and rounded to make the training's
  /// maps, and are multiplied by it to decode, as in the evaluation that the paper follows (its references [38] and
  /// [31]).
  ///
  /// A mirror takes pixel p to `width - 1 - p`, so element i of the mirror image's maps, reversed, is short of its
  /// place by `(stride - 1) / stride` of an element. Those evaluations move the reversed maps to the right by one whole
  /// column before the average.
  case origin
  /// Element i stands for the middle of its `stride` pixels, pixel `stride * i + (stride - 1) / 2`. A mirror then keeps
  /// the elements in place.
  case centre

  /// The pixel, the centre of the first one at 0, that place `value` of a map's axis stands for.
  func inImage(_ value: Double, image: Int, map: Int) -> Double {
    let stride = Double(image) / Double(map)
    return switch self {
    case .origin: value * stride
    case .centre: (value + 0.5) * stride - 0.5
    }
  }

  /// Columns that the reversed maps of a mirror image are moved to the right.
  func mirrorShift(image: Int, map: Int) -> Int { self == .origin && map < image ? 1 : 0 }
}
