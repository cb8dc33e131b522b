import Statistics
import Testing

@Suite struct FixedPointTests {
  @Test("128-bit integers become the doubles that the language's own conversion gives, around every power of two")
  func conversion() {
    var generator = SeededGenerator(128)
    for exponent in 0..<127 {
      let power = Int128(1) << Int128(exponent)
      let steps = [0, 1, 2, 3, power >> 53, power >> 54, (power >> 53) + 1, (power >> 54) + 1, (power >> 53) - 1]
      let random = (0..<40).map { _ in Int128.random(in: 0..<power, using: &generator) }
      for step in steps + random {
        for value in [power &+ step, power &- step, -(power &- step), 0 &- power &- step] {
          #expect(FixedPoint.double(value) == Double(value), "\(value)")
        }
      }
    }
    for value in [Int128.max, .min, 0] { #expect(FixedPoint.double(value) == Double(value)) }
  }
}
