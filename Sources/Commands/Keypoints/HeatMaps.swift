import Tensors

/// One heat map for each keypoint of a person, as a network gives them for one image.
///
/// Element (row, column) of map k is at `(k * height + row) * width + column` of ``values``: unlike feature maps, one
/// map after the other.
public struct HeatMaps: Sendable, Equatable {
  /// Maps.
  public let count: Int
  /// Rows of each map.
  public let height: Int
  /// Columns of each map.
  public let width: Int
  /// All maps' values.
  public private(set) var values: [Float]

  /// Creates maps from their values.
  public init(count: Int, height: Int, width: Int, values: [Float]) {
    precondition(count > 0 && height > 0 && width > 0, "a heat map has at least one element")
    precondition(values.count == count * height * width, "as many values as the maps have elements")
    self.count = count
    self.height = height
    self.width = width
    self.values = values
  }

  /// Takes a network's result: a feature map with a channel for each keypoint, positions `stride` floats apart.
  public init(_ map: TensorSlice, shape: FeatureShape, stride: Int) {
    precondition(stride >= shape.channels && map.count >= (shape.positions - 1) * stride + shape.channels)
    let map = map.array
    var values: [Float] = []
    values.reserveCapacity(shape.count)
    for channel in 0..<shape.channels {
      for position in 0..<shape.positions { values.append(map[position * stride + channel]) }
    }
    self.init(count: shape.channels, height: shape.height, width: shape.width, values: values)
  }

  /// The value at a place of map `map`.
  public subscript(map: Int, row: Int, column: Int) -> Float {
    precondition((0..<count).contains(map) && (0..<height).contains(row) && (0..<width).contains(column))
    return values[(map * height + row) * width + column]
  }

  /// The maps of an image from those of its mirror image: columns in reverse, and left and right keypoints exchanged.
  ///
  /// `pairs` are the indices of keypoints that a mirror exchanges, each at most once.
  public func mirrored(pairs: [(left: Int, right: Int)]) -> HeatMaps {
    var source = Array(0..<count)
    for pair in pairs {
      precondition((0..<count).contains(pair.left) && (0..<count).contains(pair.right), "pairs are indices of maps")
      source.swapAt(pair.left, pair.right)
    }
    var mirrored = self
    for map in 0..<count {
      for row in 0..<height {
        let (from, to) = ((source[map] * height + row) * width, (map * height + row) * width)
        for column in 0..<width { mirrored.values[to + column] = values[from + width - 1 - column] }
      }
    }
    return mirrored
  }

  /// The maps moved to the right by so many columns; the first column fills the gap.
  public func moved(columns: Int) -> HeatMaps {
    precondition(columns >= 0, "maps move to the right")
    var moved = self
    for index in values.indices {
      let column = index % width
      moved.values[index] = values[index - column + max(column - columns, 0)]
    }
    return moved
  }

  /// The mean of two equally large sets of maps: section 5.4's average of the original's and the flipped image's.
  public func averaged(with other: HeatMaps) -> HeatMaps {
    precondition(count == other.count && height == other.height && width == other.width, "maps of one shape")
    var mean = self
    for index in values.indices { mean.values[index] = (values[index] + other.values[index]) / 2 }
    return mean
  }
}
