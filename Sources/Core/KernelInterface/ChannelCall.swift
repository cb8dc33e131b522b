public import Tensors

/// Channels of one map copied to consecutive channels of another: a part of a join, a slice, a shuffle.
public struct ChannelCall {
  /// `[positions][inputStride]`.
  public let input: TensorSlice
  /// Floats from one input position to the next.
  public let inputStride: Int
  /// `[positions][outputStride]`.
  public let output: TensorSlice
  /// Floats from one output position to the next.
  public let outputStride: Int
  /// Positions.
  public let positions: Int
  /// Where the copied channels begin in the output.
  public let firstChannel: Int
  /// Which channels are copied.
  public let channels: OffsetRuns
  /// Whether zeros follow up to the output's stride.
  public let endsMap: Bool

  /// Creates a call.
  public init(
    input: TensorSlice, inputStride: Int, output: TensorSlice, outputStride: Int, positions: Int, firstChannel: Int,
    channels: OffsetRuns, endsMap: Bool
  ) {
    precondition(positions >= 1 && firstChannel >= 0 && firstChannel + channels.count <= outputStride)
    precondition(!channels.hasZeros, "channels of the input alone")
    precondition(channels.end <= inputStride && input.count >= positions * inputStride, "channels outside the input")
    precondition(output.count >= positions * outputStride)
    self.input = input
    self.inputStride = inputStride
    self.output = output
    self.outputStride = outputStride
    self.positions = positions
    self.firstChannel = firstChannel
    self.channels = channels
    self.endsMap = endsMap
  }
}
