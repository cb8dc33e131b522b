import Figures
import Testing

struct NumberTextTests {
  @Test(
    "Fixed decimals round half away from zero and never show a negative zero",
    arguments: [
      (0.975, 2, "0.98"), (-0.021, 2, "-0.02"), (-0.001, 2, "0.00"), (12, 0, "12"), (1.05, 1, "1.1"), (0.06, 2, "0.06"),
      (1e20, 2, "1.0e20"), (.nan, 2, "–"), (-.infinity, 1, "–"),
    ] as [(Double, Int, String)])
  func fixed(value: Double, decimals: Int, text: String) {
    #expect(NumberText.fixed(value, decimals: decimals) == text)
  }

  @Test("What is absent is a dash, not a zero")
  func absent() {
    #expect(NumberText.fixed(nil, decimals: 2) == "–")
    #expect(NumberText.percent(nil) == "–")
    #expect(NumberText.percent(0) == "0.0 %")
    #expect(NumberText.percent(0.4125) == "41.3 %")
  }

  @Test(
    "Thousands are set apart",
    arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (6_144_000, "6,144,000"), (-1234, "-1,234")])
  func grouped(value: Int, text: String) {
    #expect(NumberText.grouped(value) == text)
    #expect(NumberText.grouped(UInt64.max) == "18,446,744,073,709,551,615")
  }

  @Test(
    "Short forms",
    arguments: [(950, "950"), (6_144, "6.1k"), (61_440, "61k"), (6_144_000, "6.1M"), (2_000_000_000, "2.0G")])
  func compact(value: Int, text: String) {
    #expect(NumberText.compact(value) == text)
  }

  @Test(
    "Powers of ten",
    arguments: [(0, "0"), (3, "3"), (31_234, "3.1e4"), (0.25, "2.5e-1"), (9.99e4, "1.0e5"), (-512, "-512")]
      as [(Double, String)])
  func scientific(value: Double, text: String) {
    #expect(NumberText.scientific(value) == text)
  }

  @Test(
    "Durations",
    arguments: [(0, "0 s"), (12.4, "13 s"), (59.5, "1:00"), (125, "2:05"), (3725, "1:02:05"), (.infinity, "–")]
      as [(Double, String)])
  func duration(value: Double, text: String) {
    #expect(NumberText.duration(value) == text)
  }
}
