import Functions
import Testing

@Suite struct BinaryFunctionTests {
  @Test("each function of two numbers has its values, those of signs, zeros and infinities too")
  func values() {
    let pairs: [(Double, Double)] = [(3, -2), (-2, 3), (4, 4), (.infinity, 0)]
    let expected: [(BinaryFunction, [Double])] = [
      (.add, [1, 1, 8, .infinity]), (.multiply, [-6, -6, 16, .nan]), (.divide, [-1.5, -2 / 3.0, 1, .infinity]),
      (.minimum, [-2, -2, 4, 0]), (.maximum, [3, 3, 4, .infinity]), (.greater, [1, 0, 0, 1]),
      (.greaterOrEqual, [1, 0, 1, 1]), (.keep, [3, -2, 4, 0]), (.drop, [0, 0, 0, .infinity]),
    ]
    #expect(expected.map(\.0) == BinaryFunction.allCases)
    for (function, wanted) in expected {
      for ((x, y), value) in zip(pairs, wanted) {
        let found = function.value(x, y)
        #expect(found == value || found.isNaN && value.isNaN, "\(function) of \(x) and \(y) is \(found)")
      }
    }
  }

  @Test("NaN on either side stays in sums and extremes, and fails comparisons")
  func notANumber() {
    for function in BinaryFunction.allCases {
      let values = [function.value(.nan, 1), function.value(1, .nan)]
      switch function {
      case .greater, .greaterOrEqual: #expect(values == [0, 0])
      // A mask is what is not 0; NaN is not.
      case .keep: #expect(values[0].isNaN && values[1] == 1)
      case .drop: #expect(values == [0, 0])
      case .add, .multiply, .divide, .minimum, .maximum: #expect(values.allSatisfy { $0.isNaN })
      }
    }
  }
}
