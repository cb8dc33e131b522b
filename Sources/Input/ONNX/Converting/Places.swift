import Networks
import Tensors

/// Reads off places which part of a map they are.
enum Places {
  /// The channels that make up places of a map of `size` positions, if these are whole channels in order.
  static func channels(_ places: [Int32], size: Int, of map: FeatureShape) -> [Int]? {
    guard size == map.positions else { return nil }
    var channels: [Int] = []
    for start in stride(from: 0, to: places.count, by: size) {
      let first = Int(places[start])
      guard first % size == 0, (1..<size).allSatisfy({ Int(places[start + $0]) == first + $0 }) else { return nil }
      channels.append(first / size)
    }
    return channels
  }

  /// Rows and columns at equal steps.
  struct Window {
    let channels: [Int]
    let top: Int
    let left: Int
    let kernel: Extent2D
    let stride: Extent2D
  }

  /// The window with one tap that gives these places; nil if they are something else.
  static func window(_ places: [Int32], _ extents: FeatureShape, of map: FeatureShape) -> Window? {
    func place(_ channel: Int, _ row: Int, _ column: Int) -> Int {
      Int(places[(channel * extents.height + row) * extents.width + column])
    }
    let first = place(0, 0, 0)
    let (top, left) = (first / map.width % map.height, first % map.width)
    let down = extents.height > 1 ? place(0, 1, 0) / map.width % map.height - top : 1
    let across = extents.width > 1 ? place(0, 0, 1) % map.width - left : 1
    guard down > 0, across > 0 else { return nil }
    let kernel = Extent2D(
      height: max(top + 1, map.height - (extents.height - 1) * down - down + 1),
      width: max(left + 1, map.width - (extents.width - 1) * across - across + 1))
    guard kernel.height >= 1, kernel.width >= 1 else { return nil }
    let channels = (0..<extents.channels).map { place($0, 0, 0) / map.positions }
    for channel in 0..<extents.channels {
      for row in 0..<extents.height {
        for column in 0..<extents.width {
          let wanted =
            (channels[channel] * map.height + top + row * down) * map.width + left + column * across
          guard top + row * down < map.height, left + column * across < map.width,
            place(channel, row, column) == wanted
          else { return nil }
        }
      }
    }
    return Window(
      channels: channels, top: top, left: left, kernel: kernel, stride: Extent2D(height: down, width: across))
  }
}
