import KernelInterface
import Tensors

extension ScalarKernels {
  /// `y = A^T [ U * (B^T d B) ] A` for each tile of two by two outputs.
  static func winograd(_ call: WinogradCall) {
    for image in call.images { winograd(image) }
  }

  private static func winograd(_ spatial: SpatialCall) {
    let (width, stride) = (spatial.geometry.outputShape.width, spatial.geometry.outputShape.channelStride)
    let epilogue = ScalarEpilogue(spatial.epilogue, output: spatial.output, channelStride: stride)
    for row in spatial.rows {
      for column in 0..<width {
        for out in 0..<stride {
          let tile = outputs(spatial, row: row / 2, column: column / 2, out)
          epilogue.store(
            tile[row % 2 * 2 + column % 2] + Double(spatial.bias[out]),
            position: (row - spatial.rows.lowerBound) * width + column, channel: out)
        }
      }
    }
  }

  /// A tile's four outputs of one channel, without the bias.
  private static func outputs(_ call: SpatialCall, row: Int, column: Int, _ out: Int) -> [Double] {
    let depth = call.geometry.inputShape.channels
    var sums = [Double](repeating: 0, count: 16)
    for channel in 0..<depth {
      let inputs = product(
        Winograd.input, patch(call, row: row, column: column, channel), Winograd.input, rows: 4, inner: 4)
      for element in 0..<16 {
        let place = ((out / lanes * 16 + element) * depth + channel) * lanes + out % lanes
        sums[element] += inputs[element] * Double(call.weights[place])
      }
    }
    return product(Winograd.output, sums, Winograd.output, rows: 2, inner: 4)
  }

  /// The 4x4 inputs of a tile; zeros outside the map.
  private static func patch(_ call: SpatialCall, row: Int, column: Int, _ channel: Int) -> [Double] {
    let (geometry, input) = (call.geometry, call.geometry.inputShape)
    return (0..<16).map { tap in
      let (y, x) = (2 * row - geometry.origin.top + tap / 4, 2 * column - geometry.origin.left + tap % 4)
      guard (0..<input.height).contains(y), (0..<input.width).contains(x) else { return 0 }
      return Double(call.input[(y * input.width + x) * geometry.inputStride + channel])
    }
  }

  /// `left m right^T` of a square matrix m.
  static func product(_ left: [[Double]], _ matrix: [Double], _ right: [[Double]], rows: Int, inner: Int) -> [Double] {
    (0..<rows * rows).map { element in
      var sum = 0.0
      for first in 0..<inner {
        for second in 0..<inner {
          sum += left[element / rows][first] * matrix[first * inner + second] * right[element % rows][second]
        }
      }
      return sum
    }
  }
}

/// The matrices of F(2x2, 3x3).
enum Winograd {
  /// B^T.
  static let input: [[Double]] = [[1, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, 1, 0, -1]]
  /// G.
  static let filter: [[Double]] = [[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]]
  /// A^T.
  static let output: [[Double]] = [[1, 1, 1, 0], [0, 1, -1, -1]]
}
