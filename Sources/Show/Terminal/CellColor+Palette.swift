extension CellColor {
  /// The entry of xterm's 256-colour palette that is nearest to the colour; nil for the terminal's own.
  ///
  /// Of the palette only the 6 x 6 x 6 cube (16...231) and the greys (232...255) are taken: the first 16 are what a
  /// user makes of them.
  package var paletteIndex: UInt8? {
    switch self {
    case .standard: nil
    case .palette(let index): index
    case .rgb(let red, let green, let blue): Self.nearest([Int(red), Int(green), Int(blue)])
    }
  }

  private static func nearest(_ color: [Int]) -> UInt8 {
    func distance(_ other: [Int]) -> Int { zip(color, other).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }
    let cube = color.map { level in levels.indices.min { abs(levels[$0] - level) < abs(levels[$1] - level) } ?? 0 }
    // The mean's neighbours among the greys 8, 18, ... 238: the distance is a parabola around the mean.
    let below = min(max((color.reduce(0, +) / 3 - 8) / 10, 0), 22)
    func grey(_ index: Int) -> [Int] { Array(repeating: 8 + 10 * index, count: 3) }
    let nearestGrey = distance(grey(below)) <= distance(grey(below + 1)) ? below : below + 1
    guard distance(grey(nearestGrey)) < distance(cube.map { levels[$0] }) else {
      return UInt8(16 + 36 * cube[0] + 6 * cube[1] + cube[2])
    }
    return UInt8(232 + nearestGrey)
  }

  /// The cube's steps.
  private static let levels = [0, 95, 135, 175, 215, 255]
}
