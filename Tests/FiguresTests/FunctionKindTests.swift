import Figures
import Testing

private func kind(_ slopes: [Double], _ shares: [Double]? = nil, outputs: ClosedRange<Double>? = 0...1) -> FunctionKind?
{
  FunctionKind(slopes: slopes, shares: shares ?? slopes.map { _ in 1 / Double(slopes.count) }, outputs: outputs)
}

@Test("The well-known functions are what they are called")
func knownFunctions() {
  #expect(kind([1, 0]) == .rectifier && kind([0, 1.0625]) == .rectifier && kind([1, -0.05]) == .rectifier)
  #expect(kind([1, 0.25]) == .leaky && kind([2, 0.5, 1]) == .leaky)
  #expect(kind([1, -1]) == .valley && kind([0.3, 0, -0.3]) == .valley)
  #expect(kind([-1, 0]) == .inverted && kind([-1, -0.2]) == .inverted && kind([0.05, -1]) == .inverted)
  #expect(kind([0.5, 0]) == .scaled && kind([1.5, 0.04]) == .scaled)
  #expect(kind([1]) == .linear && kind([-0.6]) == .linear && kind([0.9, 0.85]) == .linear)
  #expect(kind([0.04, -0.05]) == .flat && kind([0]) == .flat)
}

@Test("A segment without inputs does not count")
func unusedSegments() {
  #expect(kind([1, 0], [1, 0]) == .linear && kind([1, 0], [0.004, 0.996]) == .flat)
  #expect(kind([1, 0], [0.01, 0.99]) == .rectifier && kind([1, 0, -1], [0.5, 0.495, 0.005]) == .rectifier)
}

@Test("A channel with one output alone is dead, whatever its slopes; one without slopes or outputs has no kind")
func deadAndUnknown() {
  #expect(kind([1, 0], outputs: 0...0) == .dead && kind([], outputs: 2...2) == .dead)
  #expect(kind([]) == nil && kind([1, 0], outputs: nil) == nil && kind([1, 0], []) == nil)
}

@Test("Every pair of slopes has a kind, and only one line is linear or flat")
func partition() {
  for left in stride(from: -2.0, through: 2, by: 0.0625) {
    for right in stride(from: left, through: 2, by: 0.0625) {
      let found = kind([right, left])
      #expect(found != nil && found == kind([left, right]))
      if right - left >= 0.1, max(abs(left), abs(right)) > 0.05 { #expect(found != .linear && found != .flat) }
    }
  }
}
