import Drawings
import Figures

/// Everything about one variant: Fig. 3, its activations, what changes do, and the images that tell most.
struct VariantSection {
  let run: SettledRun
  /// Its place among the variants.
  let number: Int

  /// What the section of a variant is called on the page.
  static func id(_ number: Int) -> String { "variant-\(number + 1)" }

  func html(_ pictures: inout PictureSheet) -> HTML {
    let id = Self.id(number)
    var parts: [HTML] = [.element("h2", ["id": id], .text(run.figure.variant))]
    if !run.figure.skipped.isEmpty { parts.append(skipped) }
    parts += [figure, words]
    parts += [SiteSection(run: run, id: id).html, WhatIfSection(run: run, id: id).html]
    parts.append(ImageSection(run: run).html(&pictures))
    return .node("section", ["aria-labelledby": id], parts)
  }

  /// What its numbers say and what they do not.
  private var words: HTML {
    let title = Self.id(number) + "-words"
    var parts: [HTML] = [.element("h3", ["id": title], "In plain words")]
    for topic in Statements(run).topics {
      parts.append(.element("h4", [:], .text(topic.title)))
      parts.append(.element("ul", all: topic.sentences.map { .element("li", [:], .text($0)) }))
    }
    parts.append(.element("p", class: "quiet", .text(Statements.terms)))
    return .node("section", ["aria-labelledby": title], parts)
  }

  /// Images listed that could not be read.
  private static let mostSkipped = 20

  private var skipped: HTML {
    let list = run.figure.skipped
    var items = list.prefix(Self.mostSkipped).map { image in
      HTML.element("li", [:], .text("\(image.path): \(image.reason)"))
    }
    if list.count > items.count { items.append(.element("li", [:], .text("and \(list.count - items.count) more"))) }
    return .element(
      "div", [:], .element("p", [:], "Images that could not be read:"), .element("ul", all: items))
  }

  /// Fig. 3 as `dyviz figure` draws it, on white whatever the page's colours are.
  private var figure: HTML {
    let title = HTML.element("h3", [:], "Outputs over inputs, and slope differences by block (Fig. 3)")
    let drawing: Drawing
    do throws(FigureFailure) {
      drawing = try Drawing(FigureOrder(width: Self.figureWidth), of: run)
    } catch {
      return .element("section", [:], title, .element("p", [:], .text("\(error)")))
    }
    return .element(
      "section", [:], title,
      .element(
        "div", ["class": "paper", "tabindex": "0", "role": "region", "aria-label": "Fig. 3 of \(run.figure.variant)"],
        .drawing(drawing)))
  }

  /// In millimetres: type is as large as that around it where the page has room.
  private static let figureWidth = 200.0
}
