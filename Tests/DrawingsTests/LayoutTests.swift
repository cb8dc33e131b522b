import Drawings
import Figures
import SyntheticRuns
import Testing

@Suite struct LayoutTests {
  /// What a text takes on the sheet, without the room between lines.
  private func frame(_ text: Drawing.Text) -> Drawing.Frame {
    let width = TextWidth.of(text.text, size: text.size, isBold: text.isBold)
    let before =
      switch text.anchor {
      case .start: 0.0
      case .middle: width / 2
      case .end: width
      }
    let (up, down) = (0.73 * text.size, 0.02 * text.size)
    guard text.runsUpwards else {
      return Drawing.Frame(x: text.place.x - before, y: text.place.y - up, width: width, height: up + down)
    }
    return Drawing.Frame(x: text.place.x - up, y: text.place.y - width + before, width: up + down, height: width)
  }

  private func overlap(_ one: Drawing.Frame, _ other: Drawing.Frame) -> Bool {
    one.x < other.right && other.x < one.right && one.y < other.bottom && other.y < one.bottom
  }

  private func check(_ drawing: Drawing, _ what: String) {
    let frames = drawing.texts.map { (text: $0.text, frame: frame($0)) }
    for (index, one) in frames.enumerated() {
      #expect(
        one.frame.x >= -0.01 && one.frame.right <= drawing.width + 0.01 && one.frame.y >= 0
          && one.frame.bottom <= drawing.height, "\(what): \(one.text) leaves the sheet")
      for other in frames[..<index] where overlap(one.frame, other.frame) {
        Issue.record("\(what): '\(one.text)' lies over '\(other.text)'")
      }
    }
    for picture in drawing.pictures {
      #expect(picture.frame.width > 3 && picture.frame.right <= drawing.width && picture.frame.bottom <= drawing.height)
      for text in frames where overlap(text.frame, picture.frame) && text.text != "no pairs" {
        Issue.record("\(what): '\(text.text)' lies over a picture")
      }
    }
  }

  @Test("No text lies over another, over a picture or beyond the sheet, for 1 to 30 panes on narrow and wide sheets")
  func nothingOverlaps() throws {
    for panes in [1, 2, 3, 5, 9, 10, 17, 30] {
      let run = foreignRun(blocks: panes)
      for width in [60, 84, 160, 300.0] {
        let order = FigureOrder(sites: SiteSelection(blocks: .all, site: "act1"), width: width)
        check(try Drawing(order, of: run), "\(panes) panes, \(width) mm")
      }
    }
    for kind in [FigureKind.scatter, .bars, .compare] {
      let order = FigureOrder(kind: kind, sites: SiteSelection(blocks: .numbers([1, 2, 17])), width: 84)
      check(try Drawing(order, of: syntheticRun(), beside: syntheticRun(functions: 3)), "\(kind)")
    }
    for width in [60, 160.0] {
      let order = FigureOrder(kind: .channels, width: width)
      check(try Drawing(order, of: syntheticChannels(order)), "channels, \(width) mm")
    }
  }

  @Test("Long names and names with marks are shortened and made safe")
  func longNames() throws {
    var figure = SyntheticRun.snapshot(densities: [4, 7])
    figure.model = String(repeating: "a very long name of a model ", count: 12) + "<&\u{1B}[31m\">.bin"
    figure.variants = [String(repeating: "w", count: 300), String(repeating: "v", count: 300), "c", "d"]
    let order = FigureOrder(kind: .compare, sites: SiteSelection(blocks: .numbers([2, 3])), width: 84)
    let drawing = try Drawing(order, of: settled(figure), beside: settled(figure))
    check(drawing, "long names")
    let text = String(decoding: SVGWriter.bytes(drawing), as: UTF8.self)
    #expect(!text.contains("\u{1B}") && text.contains("&lt;&amp;\\u{1b}"))
  }

  @Test("Type is 7 to 9 points on a sheet of 160 mm, and larger on a poster")
  func typeSizes() throws {
    let points = try Drawing(FigureOrder(), of: syntheticRun()).texts.map { $0.size * 72 / 25.4 }
    #expect(points.allSatisfy { $0 >= 6.99 && $0 <= 9 })
    let poster = try Drawing(FigureOrder(width: 600), of: syntheticRun()).texts.map { $0.size * 72 / 25.4 }
    #expect(poster.allSatisfy { $0 >= 20.9 && $0 <= 27 })
  }

  @Test("A text's room is that of DejaVu Sans; what is too long ends in an ellipsis")
  func textWidths() {
    #expect(TextWidth.of("1", size: 1000) == 636 && TextWidth.of("1", size: 1000, isBold: true) == 696)
    #expect(TextWidth.of("e\u{301}", size: 1000) == TextWidth.of("e", size: 1000))
    #expect(TextWidth.fitted("block 3", width: 100, size: 3) == "block 3")
    for width in stride(from: 0.0, to: 40, by: 0.7) {
      let text = TextWidth.fitted("layer3.0.downsample.act", width: width, size: 3)
      #expect(TextWidth.of(text, size: 3) <= width && (text.isEmpty || text.hasSuffix("…") || width > 30))
      let ending = TextWidth.ending("layer3.0.downsample.act", width: width, size: 3)
      #expect(TextWidth.of(ending, size: 3) <= width && (ending.isEmpty || ending.hasSuffix("t")))
      for line in TextWidth.lines("a sentence of words and oneverylongword", width: max(width, 3), size: 3) {
        #expect(TextWidth.of(line, size: 3) <= max(width, 3))
      }
    }
    #expect(
      TextWidth.lines("a sentence of words", width: 20, size: 3).joined(separator: " ") == "a sentence of words")
  }

  @Test("Lengths have a unit")
  func lengths() {
    #expect(SheetLength("160mm")?.millimeters == 160 && SheetLength("8.4cm")?.millimeters == 84)
    #expect(SheetLength("1in")?.millimeters == 25.4 && SheetLength("72pt")?.millimeters == 25.4)
    for text in ["160", "", "mm", "-3mm", "1e3mm", "nanmm", "infin", "16 0mm", "5px", "0x10mm"] {
      #expect(SheetLength(text) == nil, "\(text)")
    }
    #expect("\(SheetLength(millimeters: 160))" == "160mm")
  }
}
