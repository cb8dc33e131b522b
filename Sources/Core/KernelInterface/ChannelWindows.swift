import Tensors

/// The input channels that each block of 16 output channels of a grouped convolution reads: a window that holds those
/// of all its groups.
///
/// Windows are equally deep; weights of channels that belong to another group are zero. Without groups a window is the
/// whole depth.
public struct ChannelWindows: Sendable {
  /// Channels in a window.
  public let depth: Int
  private let inChannels: Int
  /// Input channels of a group.
  private let groupDepth: Int
  /// Output channels of a group.
  private let groupOutputs: Int

  /// The windows of a convolution whose channels `groups` divides.
  public init(inChannels: Int, outChannels: Int, groups: Int) {
    precondition(groups >= 1 && inChannels % groups == 0 && outChannels % groups == 0, "groups divide the channels")
    self.inChannels = inChannels
    groupDepth = inChannels / groups
    groupOutputs = outChannels / groups
    let lanes = FeatureShape.simdWidth
    var most = 0
    for first in stride(from: 0, to: outChannels, by: lanes) {
      let last = min(first + lanes, outChannels) - 1
      most = max(most, last / groupOutputs - first / groupOutputs + 1)
    }
    depth = most * groupDepth
  }

  /// The first input channel of a block's window.
  public func start(block: Int) -> Int {
    min(block * FeatureShape.simdWidth / groupOutputs * groupDepth, inChannels - depth)
  }
}

extension WindowGeometry {
  /// The windows of a dense convolution.
  public var channelWindows: ChannelWindows {
    ChannelWindows(inChannels: inputShape.channels, outChannels: outputShape.channels, groups: groups)
  }
}
