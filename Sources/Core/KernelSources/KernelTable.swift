import KernelInterface
import Tensors

/// This target's kernels; `instructionSet` is what the target was compiled for.
public func kernelTable(_ instructionSet: InstructionSet) -> KernelTable {
  KernelTable(
    instructionSet: instructionSet,
    tileShape: tileShape,
    pointwise: pointwise,
    convolution: convolution,
    winograd: winograd,
    depthwise: depthwise,
    elementwise: elementwise,
    channelMeans: channelMeans,
    rowSums: rowSums,
    windowSums: windowSums,
    pool: pool,
    linear: linear,
    gate: gate,
    combine: combine,
    copyChannels: copyChannels,
    rearrange: rearrange,
    upsample: upsample,
    attention: attention,
    layerNormalization: layerNormalization,
    channelSquares: channelSquares,
    softmax: softmax,
    binPairs: binPairs,
    countChannels: countChannels,
    addCoefficients: addCoefficients,
    addToHistogram: addToHistogram,
    peak: peak,
    images: ImageKernels(filterAcross: filterAcross, filterDown: filterDown, normalize: normalize))
}
