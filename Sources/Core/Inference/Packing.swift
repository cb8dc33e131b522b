import KernelInterface
import Kernels
import Networks
import Tensors

/// Packs weights for the kernels, with a limit on the memory that one plan's packed weights take.
///
/// All values come row-major, as in the file. Errors name the node. What is returned is borrowed from ``owners``, which
/// the plan keeps.
struct Packing {
  /// Most floats that the packed weights of one plan may take: 2 GiB.
  static let maximumFloats = 1 << 29
  private var floats = 0
  /// All that was packed.
  private(set) var owners: [TensorSlice] = []

  /// `[count]`, padded with zeros to a multiple of 16.
  mutating func vector(_ values: [Float], _ node: Node) throws(GraphError) -> TensorSlice {
    try reserve(values.count, rows: 1, node)
    return kept(PackedWeights.rows(TensorSlice(values), columns: values.count))
  }

  /// `[rows][columns]` for a 1x1 convolution or a fully connected layer.
  mutating func matrix(_ values: [Float], columns: Int, _ node: Node) throws(GraphError) -> TensorSlice {
    let rows = values.count / columns
    try reserve(rows, rows: columns, node)
    return kept(PackedWeights.pointwise(TensorSlice(values), outChannels: rows, inChannels: columns))
  }

  /// `[channels][kernel]` for a depthwise convolution.
  mutating func depthwise(_ values: [Float], kernel: Extent2D, _ node: Node) throws(GraphError) -> TensorSlice {
    let taps = kernel.height * kernel.width
    try reserve(values.count / taps, rows: taps, node)
    return kept(
      PackedWeights.depthwise(
        TensorSlice(values), channels: values.count / taps, kernel: (kernel.height, kernel.width)))
  }

  /// `[outChannels][inChannels / groups][kernel]` for a dense convolution.
  mutating func dense(
    _ values: [Float], options: Convolution, inChannels: Int, _ node: Node
  ) throws(GraphError) -> TensorSlice {
    let taps = options.kernel.height * options.kernel.width
    let windows = ChannelWindows(
      inChannels: inChannels, outChannels: options.outChannels, groups: options.groups)
    try reserve(options.outChannels, rows: windows.depth * taps, node)
    return kept(
      PackedWeights.dense(
        TensorSlice(values), outChannels: options.outChannels, inChannels: inChannels,
        kernel: (options.kernel.height, options.kernel.width), groups: options.groups))
  }

  /// `[outChannels][inChannels][3][3]` for ``KernelTable/winograd``.
  mutating func winograd(
    _ values: [Float], outChannels: Int, inChannels: Int, _ node: Node
  ) throws(GraphError) -> TensorSlice {
    try reserve(outChannels, rows: inChannels * WinogradTiling.products, node)
    return kept(PackedWeights.winograd(TensorSlice(values), outChannels: outChannels, inChannels: inChannels))
  }

  private mutating func kept(_ packed: TensorSlice) -> TensorSlice {
    owners.append(packed)
    return unsafe packed.borrowed  // the plan keeps ``owners``, and its steps
  }

  /// Counts `rows` rows of `columns` floats padded to 16.
  private mutating func reserve(_ columns: Int, rows: Int, _ node: Node) throws(GraphError) {
    let (count, overflow) = FeatureShape.padded(columns).multipliedReportingOverflow(by: rows)
    guard !overflow, count <= Self.maximumFloats - floats else {
      throw GraphError(
        node: node.name,
        problem: "the weights packed up to here would take more than \(Self.maximumFloats) floats")
    }
    floats += count
  }
}
