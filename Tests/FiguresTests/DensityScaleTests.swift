import Figures
import Testing

struct DensityScaleTests {
  @Test("Nothing is level 0, anything at least 1, the most is 15", arguments: DensityScale.allCases)
  func ends(_ scale: DensityScale) {
    #expect(scale.levels(of: []) == [])
    #expect(scale.levels(of: [0, 0]) == [0, 0])
    #expect(scale.levels(of: [0, 3]) == [0, 15])
    let levels = scale.levels(of: [0, 1e-9, 1, 5, 1e18])
    #expect(levels[0] == 0)
    #expect(levels[1] >= 1)
    #expect(levels[4] == 15)
  }

  @Test("More pairs never get a lower level", arguments: DensityScale.allCases)
  func monotonic(_ scale: DensityScale) {
    let levels = scale.levels(of: (0..<1000).map { Double($0 * $0) / 7 })
    #expect(levels == levels.sorted())
  }

  @Test("On the logarithmic scale each level is half of the next")
  func log() {
    #expect(DensityScale.log.levels(of: [1024, 513, 512, 257, 256, 1]) == [15, 15, 14, 14, 13, 5])
  }

  @Test("The linear scale has equal steps")
  func linear() {
    #expect(DensityScale.linear.levels(of: [1, 50, 51, 100, 150]) == [1, 5, 6, 10, 15])
  }

  @Test("The equalised scale has as many pixels on each level")
  func equalised() {
    let levels = DensityScale.equalised.levels(of: (1...150).map { Double($0 * $0 * $0) })
    for level in 1...15 { #expect(levels.filter { $0 == UInt8(level) }.count == 10) }
  }
}
