import Reports
import Testing

/// The one writer of markup.
@Suite struct HTMLTests {
  @Test(
    "Text is escaped in elements and in attributes",
    arguments: [
      ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
      ("a & b \"c\"", "a &amp; b &quot;c&quot;"),
      ("\u{1B}[2J\u{7}", "\\u{1b}[2J\\u{7}"), ("a\u{202E}b\u{2066}", "a\\u{202e}b\\u{2066}"),
      ("\u{FFFE}\u{FFFF}", "\u{FFFD}\u{FFFD}"), ("Größe · é 日本", "Größe · é 日本"),
    ])
  func escaping(text: String, expected: String) {
    #expect(HTML.text(text).markup == expected)
    #expect(HTML.element("i", ["title": text], .text(text)).markup == "<i title=\"\(expected)\">\(expected)</i>")
    #expect(HTML.element("i", [:], "\(text)").markup == "<i>\(expected)</i>")
  }

  @Test("Elements without content end as HTML and XML want it")
  func empties() {
    #expect(HTML.element("br").markup == "<br/>")
    #expect(HTML.element("td").markup == "<td></td>")
    #expect(
      HTML.element("p", ["class": "x", "id": "y"], "a", .element("b", [:], "c")).markup
        == "<p class=\"x\" id=\"y\">a<b>c</b></p>\n")
  }
}
