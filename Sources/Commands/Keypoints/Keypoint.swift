/// A keypoint found in a heat map.
public struct Keypoint: Sendable, Equatable {
  /// Column in the heat map, the centre of the first one at 0.
  public var column: Double
  /// Row in the heat map, the centre of the first one at 0.
  public var row: Double
  /// The highest response.
  public var response: Float

  package init(column: Double, row: Double, response: Float) {
    self.column = column
    self.row = row
    self.response = response
  }

  /// The same point in the pixels of an image, the centre of the first pixel at 0, for maps that cover the image as
  /// `alignment` says.
  public func inImage(
    height: Int, width: Int, of maps: HeatMaps, alignment: HeatMapAlignment
  ) -> (column: Double, row: Double) {
    (
      alignment.inImage(column, image: width, map: maps.width), alignment.inImage(row, image: height, map: maps.height)
    )
  }
}

extension HeatMaps {
  /// The keypoint of each map: the place of its highest response, moved a quarter of an element towards the second
  /// highest (section 5.4); nil for a map with no finite value.
  ///
  /// The second highest response is looked for among the neighbours of the highest, separately along rows and columns,
  /// as the decoders of the evaluation that the paper follows do (its references [38] and [31]): the point moves a
  /// quarter towards the higher one of the two neighbours in the row, and likewise in the column. At a border, where
  /// one neighbour is missing, and between equal neighbours it does not move along that axis (those decoders leave a
  /// point also one element from the upper or left border alone, and in both axes). Of several equal highest responses
  /// the first in row order counts; NaN and infinite values are passed over.
  public func keypoints() -> [Keypoint?] { (0..<count).map(keypoint) }

  private func keypoint(map: Int) -> Keypoint? {
    var best: (row: Int, column: Int, response: Float)?
    for row in 0..<height {
      for column in 0..<width {
        let value = self[map, row, column]
        if value.isFinite, value > best?.response ?? -.infinity { best = (row, column, value) }
      }
    }
    guard let best else { return nil }
    let horizontal = quarter(
      best.column, count: width, before: { self[map, best.row, best.column - 1] },
      after: { self[map, best.row, best.column + 1] })
    let vertical = quarter(
      best.row, count: height, before: { self[map, best.row - 1, best.column] },
      after: { self[map, best.row + 1, best.column] })
    return Keypoint(
      column: Double(best.column) + horizontal, row: Double(best.row) + vertical, response: best.response)
  }

  /// A quarter towards the higher neighbour along one axis.
  private func quarter(_ place: Int, count: Int, before: () -> Float, after: () -> Float) -> Double {
    guard place > 0, place < count - 1 else { return 0 }
    let (before, after) = (before(), after())
    guard before.isFinite, after.isFinite, before != after else { return 0 }
    return after > before ? 0.25 : -0.25
  }
}
