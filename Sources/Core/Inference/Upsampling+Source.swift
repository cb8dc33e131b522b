import Networks

extension Upsampling {
  /// What an output position along one axis is made of: two input positions, and the second's share.
  ///
  /// As PyTorch's `interpolate`: output o lies at `(o + 1/2) / factor - 1/2`, not below 0, or, with aligned corners, at
  /// `o (inputs - 1) / (outputs - 1)`.
  func source(of output: Int, inputs: Int, factor: Int) -> (first: Int, second: Int, share: Double) {
    let place: Double
    switch interpolation {
    case .nearest: return (output / factor, output / factor, 0)
    case .bilinear(alignsCorners: true):
      let outputs = inputs * factor
      place = outputs > 1 ? Double(output * (inputs - 1)) / Double(outputs - 1) : 0
    case .bilinear(alignsCorners: false):
      place = max(0, (Double(output) + 0.5) / Double(factor) - 0.5)
    }
    let first = min(Int(place), inputs - 1)
    return (first, min(first + 1, inputs - 1), place - Double(first))
  }
}
