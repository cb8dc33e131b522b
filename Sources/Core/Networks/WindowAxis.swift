import Tensors

/// A window's way along one axis of a map.
struct WindowAxis {
  /// The map's extent.
  let size: Int
  /// Padding before the first position.
  let before: Int
  /// Padding behind the last position.
  let after: Int
  let kernel: Int
  let stride: Int
  let dilation: Int

  /// The ways down and across a map.
  static func pair(
    over input: FeatureShape, kernel: Extent2D, stride: Extent2D, padding: Padding, dilation: Extent2D
  ) -> (vertical: WindowAxis, horizontal: WindowAxis) {
    (
      WindowAxis(
        size: input.height, before: padding.top, after: padding.bottom, kernel: kernel.height, stride: stride.height,
        dilation: dilation.height),
      WindowAxis(
        size: input.width, before: padding.left, after: padding.right, kernel: kernel.width, stride: stride.width,
        dilation: dilation.width)
    )
  }

  /// Whether all numbers are in the ranges that graphs accept.
  var isAllowed: Bool {
    let extents = 1...GraphShapes.maximumExtent
    let paddings = 0...GraphShapes.maximumExtent
    return [kernel, stride, dilation].allSatisfy(extents.contains) && paddings ~= before && paddings ~= after
  }

  /// Positions of the window, or 0 where it does not fit once.
  var outputs: Int {
    let reach = dilation * (kernel - 1) + 1
    let room = size + before + after
    return room < reach ? 0 : (room - reach) / stride + 1
  }

  /// Whether at each position some tap lies inside the map.
  var windowsHoldInput: Bool {
    (0..<outputs).allSatisfy { output in
      let start = output * stride - before
      let first = start < 0 ? (-start + dilation - 1) / dilation : 0
      return first < kernel && start + first * dilation < size
    }
  }
}
