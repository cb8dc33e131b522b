import Tensors

/// A network's weights by name, as 32-bit floats.
public struct Weights: Sendable {
  private enum Source: Sendable {
    case memory([String: WeightTensor])
    /// `coefficients`: for each second layer of a hyper function whose rows stand channel by channel, the rows of one channel.
    case archive(SafetensorsArchive, coefficients: [String: Int])
  }

  private let source: Source

  /// Weights that stand in memory already.
  public init(_ tensors: [String: WeightTensor]) { source = .memory(tensors) }

  /// The weights of a file.
  init(_ archive: SafetensorsArchive, coefficients: [String: Int]) {
    source = .archive(archive, coefficients: coefficients)
  }

  /// The tensor called `name`, nil when there is none. A file's tensor is widened at each call: ask once and keep the result.
  ///
  /// The second layer of a hyper function always comes in the row order of equation (2), whatever the file's.
  public subscript(name: String) -> WeightTensor? {
    switch source {
    case .memory(let tensors): tensors[name]
    case .archive(let archive, let coefficients):
      archive.tensor(name).map { tensor in coefficients[name].map { tensor.blocked(coefficients: $0) } ?? tensor }
    }
  }
}

extension WeightTensor {
  /// The same rows from channel by channel (row `c * coefficients + j`) to coefficient by coefficient (row `j * channels + c`).
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
