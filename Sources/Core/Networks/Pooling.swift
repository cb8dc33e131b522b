import Tensors

/// A pooling over windows of a map: for each output position and channel, the largest or the mean value under the window.
///
/// Every window must hold at least one position of the map, so that it has a value.
public struct Pooling: Sendable, Equatable {
  /// What becomes of the values under a window.
  public enum Kind: Sendable, Equatable {
    /// The largest; padding never wins.
    case maximum
    /// The sum, divided by the number of the window's taps: all of them, or those inside the map.
    case average(countsPadding: Bool)
  }

  /// What becomes of the values under a window.
  public var kind: Kind
  /// The window's height and width.
  public var kernel: Extent2D
  /// Step between output positions.
  public var stride: Extent2D
  /// Rows and columns added around the map.
  public var padding: Padding
  /// Step between the window's taps.
  public var dilation: Extent2D

  /// Creates a pooling. As in PyTorch the stride is the kernel's size unless told.
  public init(
    _ kind: Kind, kernel: Extent2D, stride: Extent2D? = nil, padding: Padding = Padding(0),
    dilation: Extent2D = Extent2D(1)
  ) {
    self.kind = kind
    self.kernel = kernel
    self.stride = stride ?? kernel
    self.padding = padding
    self.dilation = dilation
  }
}

extension Node {
  /// The shape of a pooling's value.
  func outputShape(of pooling: Pooling, input: FeatureShape) throws(GraphError) -> FeatureShape {
    let vertical = WindowAxis(
      size: input.height, before: pooling.padding.top, after: pooling.padding.bottom, kernel: pooling.kernel.height,
      stride: pooling.stride.height, dilation: pooling.dilation.height)
    let horizontal = WindowAxis(
      size: input.width, before: pooling.padding.left, after: pooling.padding.right, kernel: pooling.kernel.width,
      stride: pooling.stride.width, dilation: pooling.dilation.width)
    guard vertical.isAllowed, horizontal.isAllowed else {
      throw GraphError(node: name, problem: "kernel, stride, dilation or padding out of range")
    }
    let shape = try checked(height: vertical.outputs, width: horizontal.outputs, channels: input.channels)
    guard vertical.windowsHoldInput, horizontal.windowsHoldInput else {
      throw GraphError(node: name, problem: "a window lies wholly in the padding of its \(input.text) input")
    }
    return shape
  }
}

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
