import KernelInterface
import Tensors

/// A ``SpatialCall`` as addresses and numbers alone: a copy of it counts no references.
struct SpatialMap {
  let input: Floats
  let weights: Floats
  let bias: Floats
  let inHeight: Int
  let inWidth: Int
  let inChannels: Int
  /// Floats from one input position to the next.
  let inStride: Int
  let outHeight: Int
  let outWidth: Int
  /// Floats from one output position to the next.
  let outStride: Int
  /// Rows of the output to compute.
  let rows: Range<Int>
  let epilogue: EpilogueMap
  let kernelHeight: Int
  let kernelWidth: Int
  let rowStep: Int
  let columnStep: Int
  let top: Int
  let left: Int
  let rowDilation: Int
  let columnDilation: Int

  init(_ call: SpatialCall) {
    let geometry = call.geometry
    input = Floats(call.input.pointer)
    weights = Floats(call.weights.pointer)
    bias = Floats(call.bias.pointer)
    (inHeight, inWidth) = (geometry.inputShape.height, geometry.inputShape.width)
    (inChannels, inStride) = (geometry.inputShape.channels, geometry.inputStride)
    (outHeight, outWidth) = (geometry.outputShape.height, geometry.outputShape.width)
    outStride = geometry.outputShape.channelStride
    rows = call.rows
    epilogue = EpilogueMap(call.epilogue, output: call.output, stride: outStride)
    (kernelHeight, kernelWidth) = geometry.kernel
    (rowStep, columnStep) = geometry.stride
    (top, left) = geometry.origin
    (rowDilation, columnDilation) = geometry.dilation
  }
}
