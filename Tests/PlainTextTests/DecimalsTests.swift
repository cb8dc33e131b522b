import Foundation
import PlainText
import Testing

@Suite struct DecimalsTests {
  private static let values: [Double] = [
    0, -0.0, 0.5, 1.5, 2.5, -2.5, 0.125, 0.375, 1.0 / 3, -1e-9, 0.0005, 0.9999, 99.95, 1e15, 123_456_789.125, 1e300,
    -.greatestFiniteMagnitude, .leastNonzeroMagnitude, .infinity, -.infinity, .nan,
  ]

  @Test("Decimals are those of Foundation's formats, rounding and signs included", arguments: values)
  func foundation(_ value: Double) {
    for count in [0, 1, 3, 4, 15] {
      #expect(Decimals.fixed(value, count) == String(format: "%.\(count)f", value))
      #expect(Decimals.fixed(value, count, signed: true) == String(format: "%+.\(count)f", value))
      #expect(Decimals.fixed(value, count, width: 12) == String(format: "%12.\(count)f", value))
      #expect(Decimals.scientific(value, count) == String(format: "%.\(count)e", value))
      #expect(Decimals.scientific(value, count, signed: true) == String(format: "%+.\(count)e", value))
    }
    #expect(Decimals.percent(value) == String(format: "%.1f %%", 100 * value))
    #expect(Decimals.percent(value, width: 7) == String(format: "%7.1f %%", 100 * value))
  }

  @Test("A width beyond all digits is spaces")
  func wide() {
    #expect(Decimals.fixed(1.25, 2, width: 500) == String(repeating: " ", count: 496) + "1.25")
  }
}

@Test(
  "A word for the shell is quoted where the shell would read it otherwise",
  arguments: [
    ("dyviz-sample/model.bin", "dyviz-sample/model.bin"), ("", "''"), ("my folder", "'my folder'"), ("~", "'~'"),
    ("it's", "'it'\\''s'"), ("$HOME", "'$HOME'"), ("é", "'é'"),
  ])
func shellWords(_ text: String, _ quoted: String) { #expect(text.shellQuoted == quoted) }
