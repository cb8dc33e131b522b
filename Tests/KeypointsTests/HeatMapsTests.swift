import Keypoints
import Tensors
import Testing

@Suite struct HeatMapsTests {
  private let maps = HeatMaps(count: 3, height: 2, width: 3, values: (0..<18).map(Float.init))

  @Test("a network's map, with its padding lanes, is taken apart into one map for each channel")
  func fromNetwork() {
    let shape = FeatureShape(height: 2, width: 3, channels: 3)
    var values = [Float](repeating: .nan, count: shape.storedCount)
    for position in 0..<6 {
      for channel in 0..<3 { values[position * shape.channelStride + channel] = Float(channel * 6 + position) }
    }
    #expect(HeatMaps(TensorSlice(values), shape: shape, stride: shape.channelStride) == maps)
    #expect(maps[2, 1, 0] == 15)
  }

  @Test("a mirror reverses columns and exchanges left and right; twice gives the same maps")
  func mirror() {
    let mirrored = maps.mirrored(pairs: [(left: 1, right: 2)])
    for row in 0..<2 {
      for column in 0..<3 {
        #expect(mirrored[0, row, column] == maps[0, row, 2 - column])
        #expect(mirrored[1, row, column] == maps[2, row, 2 - column])
        #expect(mirrored[2, row, column] == maps[1, row, 2 - column])
      }
    }
    #expect(mirrored.mirrored(pairs: [(left: 1, right: 2)]) == maps)
  }

  @Test("maps move to the right, and the first column fills the gap")
  func moved() {
    #expect(maps.moved(columns: 0) == maps)
    let moved = maps.moved(columns: 1)
    #expect(moved.values.prefix(6) == [0, 0, 1, 3, 3, 4])
    #expect(maps.moved(columns: 5).values.suffix(6) == [12, 12, 12, 15, 15, 15])
  }

  @Test("the average is the mean of each element")
  func average() {
    let other = maps.mirrored(pairs: [])
    let mean = maps.averaged(with: other)
    for index in 0..<18 { #expect(mean.values[index] == (maps.values[index] + other.values[index]) / 2) }
  }
}
