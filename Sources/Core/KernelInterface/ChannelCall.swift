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
  public let channels: ChannelRuns
  /// Whether zeros follow up to the output's stride.
  public let endsMap: Bool

  /// Creates a call.
  public init(
    input: TensorSlice, inputStride: Int, output: TensorSlice, outputStride: Int, positions: Int, firstChannel: Int,
    channels: ChannelRuns, endsMap: Bool
  ) {
    precondition(positions >= 1 && firstChannel >= 0 && firstChannel + channels.count <= outputStride)
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

/// Channels in an order, as runs of neighbours where that is shorter.
public struct ChannelRuns: Sendable {
  /// Channels in all.
  public let count: Int
  /// One behind the largest channel.
  public let end: Int
  /// Runs, or 0 where each channel is named.
  public let runs: Int
  /// First channel and length of each run; or each channel.
  public let table: AlignedStorage<Int32>

  /// The channels in the order of `channels`, which is not empty.
  public init(_ channels: [Int]) {
    precondition(!channels.isEmpty && channels.allSatisfy { $0 >= 0 }, "at least one channel")
    var runs: [(first: Int, count: Int)] = []
    for channel in channels {
      if let last = runs.last, last.first + last.count == channel {
        runs[runs.count - 1].count += 1
      } else {
        runs.append((channel, 1))
      }
    }
    count = channels.count
    end = (channels.max() ?? 0) + 1
    let hasRuns = 4 * runs.count <= channels.count || runs.count == 1
    self.runs = hasRuns ? runs.count : 0
    let values = hasRuns ? runs.flatMap { [$0.first, $0.count] } : channels
    table = AlignedStorage(count: values.count)
    for (index, value) in values.enumerated() { table[index] = Int32(value) }
  }

  /// The first `count` channels.
  public init(first count: Int) { self.init(Array(0..<count)) }
}
