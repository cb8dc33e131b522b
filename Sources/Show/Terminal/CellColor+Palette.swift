extension CellColor {
  /// The entry of xterm's 256-colour palette that is nearest to the colour; nil for the terminal's own.
  ///
  /// Of the palette only the 6 x 6 x 6 cube (16...231) and the greys (232...255) are taken: the first 16 are what a user
  /// makes of them.
  package var paletteIndex: UInt8? {
    switch self {
    case .standard: nil
    case .palette(let index): index
    case .rgb(let red, let green, let blue): Self.nearest(Int(red), Int(green), Int(blue))
    }
  }

  private static func nearest(_ red: Int, _ green: Int, _ blue: Int) -> UInt8 {
    let cube = [red, green, blue].map { level in
      levels.indices.min { away(levels[$0], level) < away(levels[$1], level) } ?? 0
    }
    let grey = min(max(((red + green + blue) / 3 - 8 + 5) / 10, 0), 23)
    func distance(_ color: [Int]) -> Int {
      zip(color, [red, green, blue]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
    let greyLevel = 8 + 10 * grey
    guard distance([greyLevel, greyLevel, greyLevel]) < distance(cube.map { levels[$0] }) else {
      return UInt8(16 + 36 * cube[0] + 6 * cube[1] + cube[2])
    }
    return UInt8(232 + grey)
  }

  /// The cube's steps.
  private static let levels = [0, 95, 135, 175, 215, 255]

  private static func away(_ one: Int, _ other: Int) -> Int { abs(one - other) }
}
