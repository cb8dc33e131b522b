import Figures
import Files
import FoundationEssentials
import Networks

/// One page that shows a run to somebody who has a browser and nothing else: an HTML file without anything outside it.
///
/// It is a function of the saved run alone: equal runs give equal bytes.
public struct Report: Sendable {
  private let saved: SavedRun

  /// A report of everything that a run holds.
  public init(_ saved: SavedRun) { self.saved = saved }

  /// The file.
  public var bytes: [UInt8] { Array(("<!DOCTYPE html>\n" + page.markup).utf8) }

  private var name: String { saved.origin.model.map(\.name).joined(separator: ", ") }

  private var page: HTML {
    .element(
      "html", ["lang": "en"], head,
      .element("body", all: [skip, header, main, footer, .element("script", [:], .code(ReportScript.text))]))
  }

  private var head: HTML {
    .element(
      "head", [:], .element("meta", ["charset": "utf-8"]),
      .element("meta", ["http-equiv": "Content-Security-Policy", "content": Self.policy]),
      .element("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
      .element("meta", ["name": "color-scheme", "content": "light dark"]),
      .element("title", [:], .text("\(name): what its activations do")),
      .element("style", [:], .code(ReportStyle.sheet)))
  }

  /// Nothing is fetched, and no style or script counts but the page's own two.
  static let policy: String = {
    func source(_ code: StaticString) -> String {
      var digest = SHA256()
      digest.add("\(code)".utf8)
      return "'sha256-\(Data(digest.bytes).base64EncodedString())'"
    }
    return "default-src 'none'; img-src data:; style-src \(source(ReportStyle.sheet)); "
      + "script-src \(source(ReportScript.text)); base-uri 'none'; form-action 'none'"
  }()

  private var skip: HTML { .element("a", ["class": "skip", "href": "#main"], "To the report") }

  private var header: HTML {
    var links: [(place: String, words: String)] = [("run", "What was run")]
    links += saved.unchanged.indices.map { (VariantSection.id($0), saved.unchanged[$0].figure.variant) }
    return .element(
      "header", [:], .element("h1", [:], .text("\(name): what its activations do")),
      .element(
        "p", ["class": "scripted", "hidden": "hidden"],
        .element("button", ["type": "button", "id": "theme", "aria-pressed": "false"], "Dark")),
      .element(
        "nav", ["aria-label": "Parts"],
        .element(
          "ul",
          all: links.map { link in
            .element("li", [:], .element("a", ["href": "#" + link.place], .text(link.words)))
          })))
  }

  private var main: HTML {
    var pictures = PictureSheet()
    var sections = [RunSection(saved: saved).html]
    for (number, run) in saved.unchanged.enumerated() {
      sections.append(VariantSection(run: run, number: number).html(&pictures))
    }
    if let kept { sections.append(kept) }
    return .node("main", ["id": "main"], sections + [pictures.html])
  }

  /// What the run holds besides, and what of it is not on the page.
  private var kept: HTML? {
    let changed = saved.runs.count - saved.unchanged.count
    guard !saved.marks.isEmpty || changed > 0 else { return nil }
    var parts: [HTML] = [.element("h2", [:], "What was kept besides")]
    if !saved.marks.isEmpty {
      parts.append(PageTable(saved.marks.table(saved.runs.first?.figure.names), caption: "Marks").html)
    }
    if changed > 0 {
      parts.append(
        .element(
          "p", [:],
          .text(
            "The run also holds \(changed) changed network\(changed == 1 ? "" : "s") that a variant was compared with; this "
              + "page does not show them. dyviz RUN does.")))
    }
    return .element("section", all: parts)
  }

  private var footer: HTML {
    .element("footer", [:], .element("p", [:], .text("Made by \(saved.origin.program)'s report from one run.")))
  }
}
