import Networks
import Tensors

/// Operators that join, choose or enlarge maps.
extension ReferenceExecutor {
  /// `combine` of two maps, element by element; the second may be a vector or have one channel.
  static func combined(
    _ left: ReferenceMap, _ right: ReferenceMap, _ combine: (Double, Double) -> Double
  ) -> ReferenceMap {
    var result = left
    let channels = left.shape.channels
    for index in left.values.indices {
      let position = right.shape.positions == 1 ? 0 : index / channels
      let channel = right.shape.channels == 1 ? 0 : index % channels
      result.values[index] = combine(left.values[index], right.values[position * right.shape.channels + channel])
    }
    return result
  }

  /// Maps behind each other, along the channels.
  static func concatenated(_ inputs: [ReferenceMap], _ shape: FeatureShape) -> ReferenceMap {
    var result = ReferenceMap(zeros: shape)
    result.values = (0..<shape.positions).flatMap { position in
      inputs.flatMap { input in
        input.values[position * input.shape.channels..<(position + 1) * input.shape.channels]
      }
    }
    return result
  }

  /// Some of a map's channels.
  static func selected(_ channels: [Int], _ input: ReferenceMap, _ shape: FeatureShape) -> ReferenceMap {
    var result = ReferenceMap(zeros: shape)
    result.values = (0..<shape.positions).flatMap { position in
      channels.map { input.values[position * input.shape.channels + $0] }
    }
    return result
  }

  /// An enlarged map.
  static func upsampled(_ options: Upsampling, _ input: ReferenceMap, _ shape: FeatureShape) -> ReferenceMap {
    var result = ReferenceMap(zeros: shape)
    for row in 0..<shape.height {
      let y = options.source(of: row, inputs: input.shape.height, factor: options.factor.height)
      for column in 0..<shape.width {
        let x = options.source(of: column, inputs: input.shape.width, factor: options.factor.width)
        for channel in 0..<shape.channels {
          func value(_ row: Int, _ column: Int) -> Double {
            input.values[(row * input.shape.width + column) * shape.channels + channel]
          }
          let above = (1 - x.share) * value(y.first, x.first) + x.share * value(y.first, x.second)
          let below = (1 - x.share) * value(y.second, x.first) + x.share * value(y.second, x.second)
          result.values[(row * shape.width + column) * shape.channels + channel] =
            (1 - y.share) * above + y.share * below
        }
      }
    }
    return result
  }
}
