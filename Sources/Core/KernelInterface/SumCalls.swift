import Tensors

/// Sums over the columns of each row of a map, in classes of columns: what ``Epilogue/RowSums`` describes, of a map
/// that no epilogue made.
public struct RowSumsCall {
  /// `[positions][inputStride]`.
  public let input: TensorSlice
  /// The map's shape.
  public let shape: FeatureShape
  /// Floats from one position to the next; the channels, or their count padded to 16.
  public let inputStride: Int
  /// Classes of columns, by the remainder of their index.
  public let period: Int
  /// `[rows][period][inputStride]`.
  public let output: TensorSlice

  /// Creates a call.
  public init(input: TensorSlice, shape: FeatureShape, inputStride: Int, period: Int, output: TensorSlice) {
    precondition(inputStride >= shape.channels && input.count >= shape.positions * inputStride)
    precondition(period >= 1 && output.count >= shape.height * period * inputStride)
    self.input = input
    self.shape = shape
    self.inputStride = inputStride
    self.period = period
    self.output = output
  }
}

/// The sum of a map's values under each tap of a window, over all outputs: with it the mean of a convolution's output
/// is known before the convolution runs, because a convolution is linear.
///
/// `output[t][c] = scale * sum of input[p][c] over the positions p that tap t meets`; taps in padding meet nothing.
public struct WindowSumsCall {
  /// `[positions][inputStride]`.
  public let input: TensorSlice
  /// Shapes and steps; the output's channels do not matter.
  public let geometry: WindowGeometry
  /// The input's sums by row, `[rows][period][inputStride]`; the period is the window's horizontal stride.
  public let rowSums: TensorSlice
  /// Multiplies every sum.
  public let scale: Float
  /// `[kernelHeight * kernelWidth][inputStride]`.
  public let output: TensorSlice

  /// Creates a call.
  public init(input: TensorSlice, geometry: WindowGeometry, rowSums: TensorSlice, scale: Float, output: TensorSlice) {
    let (shape, stride) = (geometry.inputShape, geometry.inputStride)
    precondition(input.count >= shape.positions * stride)
    precondition(rowSums.count >= shape.height * geometry.stride.width * stride)
    precondition(output.count >= geometry.kernel.height * geometry.kernel.width * stride)
    self.input = input
    self.geometry = geometry
    self.rowSums = rowSums
    self.scale = scale
    self.output = output
  }
}
