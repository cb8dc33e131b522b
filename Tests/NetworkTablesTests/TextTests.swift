import NetworkTables
import PlainText
import Testing

@Suite struct NumberTextTests {
  @Test("thousands are grouped", arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567")])
  func grouped(value: Int, text: String) { #expect(Digits.grouped(value) == text) }

  @Test(
    "decimals are rounded and keep their zeros",
    arguments: [(1.05, 1, "1.1"), (0.049, 1, "0.0"), (-0.049, 1, "0.0"), (12_345.678, 2, "12,345.68"), (-2.5, 0, "-3")])
  func fixed(value: Double, places: Int, text: String) { #expect(NumberText.fixed(value, places: places) == text) }

  @Test("percentages have a sign", arguments: [(0.0071, "+0.7 %"), (-0.129, "-12.9 %"), (-0.0001, "+0.0 %")])
  func percent(ratio: Double, text: String) { #expect(NumberText.percent(ratio) == text) }
}

@Suite struct TextTableTests {
  @Test("columns are as wide as their widest cell, and numbers stand to the right")
  func lines() {
    var table = TextTable(columns: [("a", false), ("n", true)])
    table.rows = [["long", "1"], ["×", "12345"]]
    #expect(
      table.lines == ["| a    |     n |", "| ---- | ----: |", "| long |     1 |", "| ×    | 12345 |"])
  }
}

@Suite struct PaperFigureTests {
  @Test("a figure knows its value and its rounding")
  func values() {
    let figure: PaperFigure = "3.86G"
    #expect(figure.value == 3.86e9 && abs(figure.halfUnit - 5e6) < 1)
    #expect(figure.inUnit(3_855_925_248) == "3.856G")
    let parameters: PaperFigure = "1.7M"
    #expect(parameters.agrees(with: 1_677_000) && parameters.agrees(with: 1_650_000))
    #expect(!parameters.agrees(with: 1_640_000) && !parameters.agrees(with: 1_760_000))
    #expect(parameters.inUnit(1_677_000) == "1.68M")
    let exact: PaperFigure = "300.0M"
    #expect(exact.agrees(with: 302_900_000) && !exact.agrees(with: 303_100_000))
  }
}
