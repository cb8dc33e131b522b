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

  /// What each row, column and channel of a map of `extents` adds to the place of its elements in another map; nil if
  /// `places` are no such sums.
  static func rearrangement(_ places: [Int32], _ extents: FeatureShape, of map: FeatureShape) -> Rearrangement? {
    func place(_ row: Int, _ column: Int, _ channel: Int) -> Rearrangement.Place {
      let index = Int(places[(channel * extents.height + row) * extents.width + column])
      return .init(
        row: index / map.width % map.height, column: index % map.width, channel: index / map.positions)
    }
    // All three parts of the first element stand in one axis, so the others begin at 0 or below.
    let first = place(0, 0, 0)
    var rows = (0..<extents.height).map { place($0, 0, 0) }
    var columns = (0..<extents.width).map { place(0, $0, 0) - first }
    var channels = (0..<extents.channels).map { place(0, 0, $0) - first }
    for row in 0..<extents.height {
      for column in 0..<extents.width {
        for channel in 0..<extents.channels
        where place(row, column, channel) != rows[row] + columns[column] + channels[channel] {
          return nil
        }
      }
    }
    // Each axis begins at 0, but for its own part.
    let (down, across, deep) = (rows.least, columns.least, channels.least)
    let least = down + across + deep
    rows = rows.map { $0 - down + .init(row: least.row) }
    columns = columns.map { $0 - across + .init(column: least.column) }
    channels = channels.map { $0 - deep + .init(channel: least.channel) }
    return Rearrangement(
      rows: rows == (0..<map.height).map { .init(row: $0) } ? nil : rows,
      columns: columns == (0..<map.width).map { .init(column: $0) } ? nil : columns,
      channels: channels == (0..<map.channels).map { .init(channel: $0) } ? nil : channels)
  }
}

extension Rearrangement.Place {
  fileprivate static func + (left: Self, right: Self) -> Self {
    Self(row: left.row + right.row, column: left.column + right.column, channel: left.channel + right.channel)
  }

  fileprivate static func - (left: Self, right: Self) -> Self {
    Self(row: left.row - right.row, column: left.column - right.column, channel: left.channel - right.channel)
  }
}

extension [Rearrangement.Place] {
  /// The smallest of each part.
  fileprivate var least: Rearrangement.Place {
    func least(_ part: (Rearrangement.Place) -> Int) -> Int { map(part).min() ?? 0 }
    return .init(row: least(\.row), column: least(\.column), channel: least(\.channel))
  }
}
