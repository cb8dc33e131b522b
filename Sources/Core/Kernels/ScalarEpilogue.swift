import KernelInterface
import Tensors

/// An epilogue as its definition reads, one element at a time.
struct ScalarEpilogue {
  let epilogue: Epilogue
  let output: TensorSlice
  let channelStride: Int

  /// Starts the sums at zero.
  init(_ epilogue: Epilogue, output: TensorSlice, channelStride: Int) {
    self.epilogue = epilogue
    self.output = output
    self.channelStride = channelStride
    epilogue.sums?.storage.fill(0)
  }

  /// Finishes one x.
  func store(_ x: Double, position: Int, channel: Int) {
    let index = position * channelStride + channel
    let argument = x + Double(epilogue.addend?[index] ?? 0)
    epilogue.argument?[index] = Float(argument)
    var y = value(argument, channel: channel) * Double(epilogue.attention?[position] ?? 1)
    if y > Double(epilogue.upperBound) { y = Double(epilogue.upperBound) }
    epilogue.result?[index] = Float(y)
    output[index] = Float(y + Double(epilogue.residual?[index] ?? 0))
    guard let sums = epilogue.sums else { return }
    let (row, column) = position.quotientAndRemainder(dividingBy: sums.width)
    sums.storage[(row * sums.period + column % sums.period) * channelStride + channel] += output[index]
  }

  /// f.
  private func value(_ x: Double, channel: Int) -> Double {
    switch epilogue.function {
    case .identity: return x
    case .rectifier: return x < 0 ? 0 : x
    case .lines(let lines):
      var largest = -Double.infinity
      for function in 0..<lines.functions {
        let coefficient = function * channelStride + channel
        let line = Double(lines.slopes[coefficient]) * x + Double(lines.intercepts[coefficient])
        if !(line <= largest) { largest = line }
      }
      return largest
    case .parametric(let slopes): return x > 0 ? x : Double(slopes[channel]) * x
    case .curve(let curve, let scales, let channels):
      return channel < channels ? scales.value(of: curve, at: x) : 0
    }
  }
}
