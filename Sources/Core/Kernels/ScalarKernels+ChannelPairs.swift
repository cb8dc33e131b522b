import KernelInterface

extension ScalarKernels {
  static func countChannels(_ call: ChannelPairsCall) {
    let (stride, counts) = (call.counts.channelStride, call.counts.pairs)
    let outputs = call.counts.outputs
    for row in 0..<call.rows {
      for channel in 0..<stride {
        let (x, y) = (call.x[row * stride + channel], call.y[row * stride + channel])
        guard x.isFinite, y.isFinite else { continue }
        counts[channel] += 1
        if x < 0 { counts[stride + channel] += 1 }
        if x < 0, y > 0 { counts[2 * stride + channel] += 1 }
        outputs[channel] = min(outputs[channel], y + 0)
        outputs[stride + channel] = max(outputs[stride + channel], y + 0)
        if call.lines.segments > 0, call.lines.usable[channel] != 0 {
          counts[(3 + segment(call.lines, stride, channel, x)) * stride + channel] += 1
        }
      }
    }
  }

  /// Which line is the first of the largest.
  private static func segment(_ lines: ChannelPairsCall.Lines, _ stride: Int, _ channel: Int, _ x: Float) -> Int {
    let values = (0..<lines.segments).map {
      lines.slopes[$0 * stride + channel] * x + lines.intercepts[$0 * stride + channel]
    }
    return values.indices.reduce(0) { values[$1] > values[$0] ? $1 : $0 }
  }
}
