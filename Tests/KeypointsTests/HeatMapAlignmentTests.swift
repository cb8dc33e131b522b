import Keypoints
import Testing

@Suite struct HeatMapAlignmentTests {
  private let maps = HeatMaps(count: 1, height: 64, width: 48, values: Array(repeating: 0, count: 64 * 48))

  private func place(_ column: Double, _ row: Double, _ alignment: HeatMapAlignment) -> [Double] {
    let place = Keypoint(column: column, row: row, response: 0)
      .inImage(height: 256, width: 192, of: maps, alignment: alignment)
    return [place.column, place.row]
  }

  @Test("by origin an element is the first of its pixels")
  func origin() {
    #expect(place(0, 0, .origin) == [0, 0])
    #expect(place(47, 63, .origin) == [188, 252])
    #expect(place(10.25, 20.75, .origin) == [41, 83])
  }

  @Test("by centre an element is a square of pixels, and its centre theirs")
  func centre() {
    #expect(place(0, 0, .centre) == [1.5, 1.5])
    #expect(place(47, 63, .centre) == [189.5, 253.5])
    #expect(place(10.25, 20.75, .centre) == [42.5, 84.5])
  }
}
