import PlainText
import Testing

@Suite struct PlainTextTests {
  @Test("digits stand in groups of three")
  func groups() {
    let expected = [0: "0", 7: "7", 999: "999", 1000: "1,000", -1000: "-1,000", 3_504_872: "3,504,872"]
    for (value, text) in expected { #expect(Digits.grouped(value) == text) }
    #expect(Digits.grouped(Int.min) == "-9,223,372,036,854,775,808")
    #expect(Digits.grouped(UInt64.max) == "18,446,744,073,709,551,615")
  }

  @Test("columns are as wide as their widest cell, and lines end with their last character")
  func columns() {
    #expect(
      Columns.lines([["a", "number", "b"], ["long", "1", ""]], rightAligned: { $0 == 1 })
        == ["a     number  b", "long       1"])
    #expect(Columns.lines([], rightAligned: { _ in true }).isEmpty)
  }
}
