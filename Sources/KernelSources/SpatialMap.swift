import KernelInterface
import Tensors

/// A ``SpatialCall`` as addresses and numbers alone: a copy of it counts no references.
struct SpatialMap {
  let input: Floats
  let output: MutableFloats
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
  let kernelHeight: Int
  let kernelWidth: Int
  let rowStep: Int
  let columnStep: Int
  let top: Int
  let left: Int
  let rowDilation: Int
  let columnDilation: Int

  init(_ call: SpatialCall) {
    input = Floats(call.input.pointer)
    output = call.output.pointer
    weights = Floats(call.weights.pointer)
    bias = Floats(call.bias.pointer)
    (inHeight, inWidth) = (call.inputShape.height, call.inputShape.width)
    (inChannels, inStride) = (call.inputShape.channels, call.inputStride)
    (outHeight, outWidth) = (call.outputShape.height, call.outputShape.width)
    outStride = call.outputShape.channelStride
    (kernelHeight, kernelWidth) = call.kernel
    (rowStep, columnStep) = call.stride
    (top, left) = call.origin
    (rowDilation, columnDilation) = call.dilation
  }
}
