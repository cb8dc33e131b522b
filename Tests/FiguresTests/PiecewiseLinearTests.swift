import Figures
import Testing

@Test("A function of lines is the largest of them, under its bound")
func largestLine() throws {
  let function = try #require(PiecewiseLinear(slopes: [1, -0.5, 0.25], intercepts: [0, 0.125, 0.5]))
  for x in stride(from: -4.0, through: 4, by: 0.0625) {
    #expect(function(x) == [x, -0.5 * x + 0.125, 0.25 * x + 0.5].max())
  }
  let bounded = try #require(PiecewiseLinear(slopes: [1, 0], intercepts: [0, 0], upperBound: 6))
  #expect(bounded(-3) == 0 && bounded(2.5) == 2.5 && bounded(9) == 6)
}

@Test("A PReLU takes its second line below 0 even where that is the smaller one")
func parametric() throws {
  let function = try #require(PiecewiseLinear(slopes: [1, 2], intercepts: [0, 0], joint: .sign))
  #expect(function(-1) == -2 && function(0) == 0 && function(1) == 1)
}

@Test("Without lines there is no function")
func noLines() {
  #expect(PiecewiseLinear(slopes: [], intercepts: []) == nil && PiecewiseLinear(slopes: [1], intercepts: []) == nil)
}
