import Keypoints
import Testing

@Suite struct KeypointTests {
  private func one(_ rows: [[Float]]) -> Keypoint? {
    HeatMaps(count: 1, height: rows.count, width: rows[0].count, values: rows.flatMap { $0 }).keypoints()[0]
  }

  @Test("the highest response moves a quarter towards the higher neighbour along each axis")
  func quarters() {
    let rows: [[Float]] = [[0, 2, 0], [3, 9, 4], [0, 1, 0]]
    #expect(one(rows) == Keypoint(column: 1.25, row: 0.75, response: 9))
    let turned: [[Float]] = [[0, 1, 0], [4, 9, 3], [0, 2, 0]]
    #expect(one(turned) == Keypoint(column: 0.75, row: 1.25, response: 9))
  }

  @Test("values that are below zero are responses too")
  func negative() {
    let rows: [[Float]] = [[-5, -4, -5], [-3, -1, -2], [-5, -6, -5]]
    #expect(one(rows) == Keypoint(column: 1.25, row: 0.75, response: -1))
  }

  @Test("equal neighbours and borders do not move it")
  func still() {
    #expect(one([[0, 2, 0], [3, 9, 3], [0, 2, 0]]) == Keypoint(column: 1, row: 1, response: 9))
    #expect(one([[9, 5], [4, 1]]) == Keypoint(column: 0, row: 0, response: 9))
    #expect(one([[1, 5, 2], [0, 4, 9]]) == Keypoint(column: 2, row: 1, response: 9))
    // At the border of one axis the other still moves.
    #expect(one([[1, 9, 2], [0, 4, 0]]) == Keypoint(column: 1.25, row: 0, response: 9))
    #expect(one([[7]]) == Keypoint(column: 0, row: 0, response: 7))
  }

  @Test("a flat map gives its first element, one without finite values nothing")
  func degenerate() {
    #expect(one([[2, 2], [2, 2]]) == Keypoint(column: 0, row: 0, response: 2))
    #expect(one([[.nan, .nan]]) == nil)
    #expect(one([[.infinity, .nan]]) == nil)
  }

  @Test("NaN and infinite values are passed over, as responses and as neighbours")
  func notFinite() {
    #expect(one([[.nan, 3, .nan], [1, 8, 2], [0, .infinity, 0]]) == Keypoint(column: 1.25, row: 1, response: 8))
    #expect(one([[0, 1, 0], [.nan, 8, 2], [0, 3, 0]]) == Keypoint(column: 1, row: 1.25, response: 8))
  }

  @Test("every map has its own keypoint, equal to a plain search")
  func search() {
    var state: UInt64 = 7
    let values = (0..<17 * 12 * 9).map { _ -> Float in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(state >> 40) / Float(1 << 24)
    }
    let maps = HeatMaps(count: 17, height: 12, width: 9, values: values)
    for (index, keypoint) in maps.keypoints().enumerated() {
      let map = Array(values[index * 108..<(index + 1) * 108])
      let place = map.indices.max { map[$0] < map[$1] } ?? 0
      let (row, column) = (place / 9, place % 9)
      func step(_ here: Int, _ count: Int, _ stride: Int) -> Double {
        guard here > 0, here + 1 < count else { return 0 }
        return map[place + stride] > map[place - stride] ? 0.25 : -0.25
      }
      #expect(
        keypoint
          == Keypoint(
            column: Double(column) + step(column, 9, 1), row: Double(row) + step(row, 12, 9), response: map[place]))
    }
  }
}
