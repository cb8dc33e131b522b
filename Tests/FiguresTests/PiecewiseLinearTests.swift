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

@Test("Between two bends a function is one line, and the line at a place gives its value there")
func bends() throws {
  let functions = [
    PiecewiseLinear(slopes: [1, 0], intercepts: [0, 0]),
    PiecewiseLinear(slopes: [1, -0.25, 0.5], intercepts: [0, 0.1, 0.3]),
    PiecewiseLinear(slopes: [1, 0], intercepts: [0, 0], upperBound: 6), PiecewiseLinear(slopes: [2], intercepts: [1]),
    PiecewiseLinear(slopes: [0.5, 1.5], intercepts: [0, 0.25], joint: .sign),
    PiecewiseLinear(slopes: [1, 1], intercepts: [0, 0.5]),
  ].compactMap { $0 }
  #expect(functions.count == 6)
  for function in functions {
    let knots = ([-10, 10] + function.bends).sorted().filter { abs($0) <= 10 }
    for (left, right) in zip(knots, knots.dropFirst()) where left < right {
      let line = function.line(at: (left + right) / 2)
      for share in [0.001, 0.3, 0.7, 0.999] {
        let x = left + share * (right - left)
        #expect(abs(line.slope * x + line.intercept - function(x)) < 1e-12)
      }
    }
  }
}
