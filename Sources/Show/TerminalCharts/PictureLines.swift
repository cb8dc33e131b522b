import Figures

/// The lines over a picture: y = x and y = -x, and functions' graphs over them.
struct PictureLines {
  /// What lies over what.
  enum Layer: Int, CaseIterable {
    case diagonal
    case thin
    case pinned
    case bold
  }

  /// What passes through a cell.
  struct Piece {
    /// Its dots.
    var dots: UInt8
    /// The uppermost layer.
    var layer: Layer
    /// Whether that layer's line falls from left to right.
    var falling: Bool
  }

  private var layers: [LineDots]

  init(columns: Int, rows: Int) {
    layers = Layer.allCases.map { _ in LineDots(columns: columns, rows: rows) }
  }

  mutating func addDiagonals(x: PlotRange, y: PlotRange) {
    layers[Layer.diagonal.rawValue].add(slope: -1, x: x, y: y)
    layers[Layer.diagonal.rawValue].add(slope: 1, x: x, y: y)
  }

  mutating func add(_ curve: ScatterPlot.Curve, x: PlotRange, y: PlotRange) {
    layers[curve.style.layer.rawValue].add(curve.function, x: x, y: y)
  }

  /// What passes through a cell; nil for nothing.
  subscript(cell: Int) -> Piece? {
    guard let layer = Layer.allCases.last(where: { layers[$0.rawValue].masks[cell] != 0 }) else { return nil }
    // A line that is looked at stands alone; the diagonals show through the others.
    let below = layer == .thin ? layers[Layer.diagonal.rawValue].masks[cell] : 0
    let own = layers[layer.rawValue]
    return Piece(dots: own.masks[cell] | below, layer: layer, falling: own.falls[cell])
  }
}

extension ScatterPlot.Curve.Style {
  fileprivate var layer: PictureLines.Layer {
    switch self {
    case .pinned: .pinned
    case .thin: .thin
    case .bold: .bold
    }
  }
}
