import Networks
import Tensors

/// The weights of a network in an archive, widened when they are asked for.
struct ArchiveWeights: WeightSource {
  let archive: SafetensorsArchive
  /// For each second layer of a hyper function whose rows stand channel by channel, the rows of one channel.
  let coefficients: [String: Int]

  func tensor(_ name: String) -> WeightTensor? {
    archive.tensor(name).map { tensor in coefficients[name].map { tensor.blocked(coefficients: $0) } ?? tensor }
  }
}

extension WeightTensor {
  /// The same rows from channel by channel (row `c * coefficients + j`) to coefficient by coefficient (row `j *
  /// channels + c`).
  fileprivate func blocked(coefficients: Int) -> WeightTensor {
    guard let rows = shape.first, rows > 0 else { return self }
    let columns = values.count / rows
    let channels = rows / coefficients
    let moved = TensorSlice(zeros: values.count)
    for row in 0..<rows {
      let target = row % coefficients * channels + row / coefficients
      for column in 0..<columns { moved[target * columns + column] = values[row * columns + column] }
    }
    return WeightTensor(shape: shape, values: moved)
  }
}
