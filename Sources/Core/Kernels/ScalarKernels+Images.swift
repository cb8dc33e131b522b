import KernelInterface

extension ScalarKernels {
  static let images = ImageKernels(filterAcross: filterAcross, filterDown: filterDown, normalize: normalize)

  private static func filterAcross(_ call: FilterAcrossCall) {
    let channels = call.source.channels
    for row in 0..<call.rows {
      for output in 0..<call.filter.outputs {
        for channel in 0..<channels {
          call.target.bytes[call.target.offset + row * call.target.stride + output * channels + channel] =
            filtered(call.filter, output) { source in
              call.source.bytes[call.source.offset + row * call.source.stride + source * channels + channel]
            }
        }
      }
    }
  }

  private static func filterDown(_ call: FilterDownCall) {
    for output in 0..<call.filter.outputs {
      for byte in 0..<call.columns * call.source.channels {
        call.target.bytes[call.target.offset + output * call.target.stride + byte] =
          filtered(call.filter, output) { source in
            call.source.bytes[call.source.offset + source * call.source.stride + byte]
          }
      }
    }
  }

  private static func filtered(_ filter: ResampleFilter, _ output: Int, source: (Int) -> UInt8) -> UInt8 {
    let storedTaps = ResampleFilter.storedTaps(filter.taps)
    let sum = (0..<filter.taps).reduce(0) { sum, tap in
      let weight = filter.weights[ResampleFilter.index(output: output, tap: tap, storedTaps: storedTaps)]
      return sum + Int(source(Int(filter.starts[output]) + tap)) * Int(weight)
    }
    return UInt8(clamping: (sum + Int(ResampleFilter.half)) >> ResampleFilter.precision)
  }

  private static func normalize(_ call: NormalizeCall) {
    for row in 0..<call.rows {
      for index in 0..<call.columns * call.channels {
        let (column, channel) = index.quotientAndRemainder(dividingBy: call.channels)
        let byte = column * call.source.channels + min(channel, call.source.channels - 1)
        let level = Int(call.source.bytes[call.source.offset + row * call.source.stride + byte])
        call.output[row * call.outputStride + index] = call.table[channel * NormalizeCall.levels + level]
      }
    }
  }
}
