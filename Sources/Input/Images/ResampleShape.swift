import Networks

/// The shape of an antialiased filter, evaluated with Pillow's roundings: `BILINEAR` and `BICUBIC` of its `resize`.
///
/// A shape is described at the size of enlarging, where one unit is one source; reducing widens it.
enum ResampleShape {
  /// A triangle over one source to either side.
  case triangle
  /// The cubic convolution with a = -0.5 over two sources to either side; its second half is negative.
  case cubic

  init(_ interpolation: Preprocessing.Interpolation) {
    switch interpolation {
    case .bilinear: self = .triangle
    case .bicubic: self = .cubic
    }
  }

  /// How far from the centre the shape ends.
  var support: Double {
    switch self {
    case .triangle: 1
    case .cubic: 2
    }
  }

  /// The height at `distance` from the centre, 1 in the middle.
  func height(at distance: Double) -> Double {
    let x = abs(distance)
    guard x < support else { return 0 }
    switch self {
    case .triangle: return 1 - x
    case .cubic: return x < 1 ? (1.5 * x - 2.5) * x * x + 1 : (((x - 5) * x + 8) * x - 4) * -0.5
    }
  }
}

/// A ``ResampleShape`` laid over the sources of one output.
struct ResampleWindow {
  /// The sources under the shape that lie inside the image.
  let sources: Range<Int>
  private let shape: ResampleShape
  private let center: Double
  /// Of the shape's units to the sources: 1 at the most.
  private let units: Double

  init(_ shape: ResampleShape, output: Int, of axis: AxisGeometry) {
    let scale = Double(axis.source) / Double(axis.resized)
    let widening = max(1, scale)
    let reach = shape.support * widening
    self.shape = shape
    center = (Double(output) + 0.5) * scale
    units = 1 / widening
    let low = max(0, Int(center - reach + 0.5))
    sources = low..<max(low, min(axis.source, Int(center + reach + 0.5)))
  }

  /// The height over the middle of `source`.
  func height(at source: Int) -> Double { shape.height(at: (Double(source) - center + 0.5) * units) }
}
