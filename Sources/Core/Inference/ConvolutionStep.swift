import KernelInterface
import Networks
import Tensors

/// A convolution with everything that happens to its sums before they are stored: the batch normalisation is folded
/// into the weights, the rest is the kernel's epilogue.
final class ConvolutionStep: Step {
  /// Which kernel runs it.
  enum Form: Sendable {
    /// 1x1, stride 1, no padding.
    case pointwise
    /// One filter for each channel.
    case depthwise
    /// Everything else.
    case dense
  }

  /// The nodes that the step computes; the first is the convolution.
  let nodes: [String]
  let form: Form
  /// Whether a dense convolution is computed with fewer multiplications, by ``KernelTable/winograd``.
  let isWinograd: Bool
  let geometry: WindowGeometry
  let input: Value
  let output: Value
  /// Packed for ``form``'s kernel.
  let weights: TensorSlice
  /// `[channelStride]`.
  let bias: TensorSlice
  /// What stands in for weights and bias where they are computed for each image.
  let computed: ComputedWeights?
  let fusion: ConvolutionFusion
  let ownMultiplyAdds: Int

  init(
    nodes: [String], form: Form, isWinograd: Bool = false, geometry: WindowGeometry, input: Value, output: Value,
    weights: TensorSlice, bias: TensorSlice, computed: ComputedWeights? = nil, fusion: ConvolutionFusion,
    multiplyAdds: Int
  ) {
    self.nodes = nodes
    self.form = form
    self.isWinograd = isWinograd
    self.geometry = geometry
    self.input = input
    self.output = output
    self.weights = weights
    self.bias = bias
    self.computed = computed
    self.fusion = fusion
    ownMultiplyAdds = multiplyAdds
  }
}

/// Packed weights that another step computes for each image.
struct ComputedWeights: Sendable {
  let weights: Value
  /// Nil where there is none.
  let bias: Value?
}

/// What a convolution does in its epilogue: `activation(sums + addend) + residual`.
struct ConvolutionFusion: Sendable {
  var addend: Value?
  var activation: ActivationPlan?
  var residual: Value?
  /// Sums of what is stored.
  var sums: KeptSums?
}

extension ConvolutionStep {
  var inputs: [Value] {
    [input] + [computed?.weights, computed?.bias, fusion.addend, fusion.residual].compactMap { $0 }
      + (fusion.activation?.inputs ?? [])
  }

  var map: Value? { output }
  var kept: KeptSums? { fusion.sums }
  var outputShape: FeatureShape { geometry.outputShape }
  var activation: ActivationPlan? { fusion.activation }
  var packedWeights: [TensorSlice] { computed == nil ? [weights, bias] : [] }

  var scratchFloats: Int { isWinograd ? WinogradTiling(geometry, images: Plan.batch).scratchFloats : 0 }

  func tile(_ kernels: KernelTable) -> TileShape? {
    // Its products run in tiles of tiles, not of positions.
    if isWinograd { return nil }
    let kernel: ConvolutionKernel =
      switch form {
      case .pointwise: .pointwise
      case .depthwise: .depthwise
      case .dense: .dense
      }
    return kernels.tileShape(kernel, geometry)
  }

  func run(in executor: Executor, slots: Range<Int>, observer: (any ActivationObserver)?) {
    executor.convolve(self, slots: slots, observer: observer)
  }

  var title: String { (computed == nil ? "" : "mixed ") + formTitle }

  private var formTitle: String {
    switch form {
    case .pointwise: "1x1"
    case .depthwise: "depthwise " + windowText(geometry.kernel, geometry.stride)
    case .dense:
      windowText(geometry.kernel, geometry.stride) + (geometry.groups == 1 ? "" : ", \(geometry.groups) groups")
        + (isWinograd ? ", Winograd" : "")
    }
  }

  var fused: String {
    let activation = fusion.activation == nil ? nil : "act"
    let others = [fusion.addend.map { _ in "add" }, activation, fusion.residual.map { _ in "add" }].compactMap { $0 }
    // Of the nodes behind the convolution, what is no sum and no activation is its normalisation.
    let normalization = nodes.count - 1 > others.count ? ["norm"] : []
    return (normalization + others + (fusion.sums == nil ? [] : ["sums"])).joined(separator: " ")
  }
}
