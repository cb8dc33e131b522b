import Figures
import Files
import Foundation
import Networks
import Reports
import Statistics
import SyntheticRuns
import Testing

private let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .appendingPathComponent("Golden/reports")

/// The page as a whole.
@Suite struct ReportTests {
  @Test("The report of a small run is that in Tests/Golden/reports (DYVIZ_UPDATE_GOLDEN=1 writes it anew)")
  func equalsGolden() throws {
    let bytes = Report(ReportSamples.saved).bytes
    let url = golden.appendingPathComponent("report.html")
    if ProcessInfo.processInfo.environment["DYVIZ_UPDATE_GOLDEN"] != nil {
      try FileManager.default.createDirectory(at: golden, withIntermediateDirectories: true)
      try Data(bytes).write(to: url)
    }
    let expected = try Data(contentsOf: url)
    #expect(Data(bytes) == expected, "the report differs from \(url.path)")
    #expect(bytes == Report(ReportSamples.saved).bytes)
  }

  @Test("The page is well-formed, names nothing outside it, and its labels lead somewhere")
  func wellFormed() throws {
    let bytes = Report(ReportSamples.saved).bytes
    let page = PageReader(bytes)
    #expect(page.problem == nil)
    let ids = page.elements.compactMap { $0.attributes["id"] }
    #expect(Set(ids).count == ids.count)
    for element in page.elements {
      for name in ["for", "aria-labelledby", "data-table", "data-count"] {
        for id in element.attributes[name]?.split(separator: " ") ?? [] { #expect(ids.contains(String(id)), "\(id)") }
      }
      for name in ["href", "xlink:href", "src"] {
        guard let target = element.attributes[name] else { continue }
        #expect(
          target.hasPrefix("data:image/png;base64,")
            || target.hasPrefix("#") && ids.contains(String(target.dropFirst())))
      }
      #expect(element.attributes["style"] == nil && !element.attributes.keys.contains { $0.hasPrefix("on") })
      if element.name == "svg" {
        #expect(element.attributes["role"] == "img" || element.attributes["aria-hidden"] == "true")
      }
    }
    let text = String(decoding: bytes, as: UTF8.self)
    let places = text.replacing("http://www.w3.org/2000/svg", with: "").replacing(
      "http://www.w3.org/1999/xlink", with: "")
    #expect(!places.contains("http:") && !places.contains("https:") && !places.contains("@import"))
    for table in page.all("table") { #expect(table.attributes["id"] != nil || !table.text.isEmpty) }
    #expect(page.all("caption").count == page.all("table").count)
    #expect(page.all("th").allSatisfy { $0.attributes["scope"] != nil })
    // Every drawing says what it is.
    let drawings = page.elements.indices.filter { page.elements[$0].attributes["role"] == "img" }
    #expect(drawings.allSatisfy { page.elements[$0 + 1].name == "title" && !page.elements[$0 + 1].text.isEmpty })
    #expect(drawings.count > 20)
  }

  @Test("The policy allows the page's own style and script, by their digests, and nothing else")
  func policy() throws {
    let page = PageReader(Report(ReportSamples.saved).bytes)
    let policy = try #require(
      page.all("meta").first { $0.attributes["http-equiv"] == "Content-Security-Policy" }?.attributes["content"])
    for (name, directive) in [("style", "style-src"), ("script", "script-src")] {
      let elements = page.all(name)
      #expect(elements.count == 1)
      var digest = SHA256()
      digest.add(elements[0].text.utf8)
      #expect(policy.contains("\(directive) 'sha256-\(Data(digest.bytes).base64EncodedString())';"))
    }
    #expect(policy.hasPrefix("default-src 'none'; ") && !policy.contains("unsafe"))
  }

  @Test("Names from outside are text wherever they stand")
  func hostileNames() {
    let evil = "<script>alert('x')</script>\u{202E}\u{1B}[31m\"&"
    let names = SourceNames(
      images: (0..<1000).map { "\(evil)/\($0)" }, classes: Array(repeating: evil, count: 10),
      labels: SyntheticRun.names.labels, preprocessing: SyntheticRun.names.preprocessing)
    var run = ReportSamples.fullRun(names: names)
    run.add(SourceListing(unlabelled: [SourceListing.Folder(path: evil, images: 3)], otherFiles: [evil: 2]))
    let origin = SavedRun.Origin(
      program: evil, model: [SavedRun.Origin.File(name: evil, sha256: evil)], images: evil)
    let bytes = Report(SavedRun(origin: origin, runs: [run], marks: [.site(SitePlace(block: 1, site: evil))])).bytes
    let page = PageReader(bytes)
    #expect(page.problem == nil)
    #expect(page.all("script").count == 1)
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(!text.unicodeScalars.contains { $0 == "\u{202E}" || $0 == "\u{1B}" })
    #expect(text.contains("&lt;script&gt;alert"))
  }
}
