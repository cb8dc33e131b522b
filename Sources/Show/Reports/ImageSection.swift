import Figures
import Networks
import Statistics

/// The images that say most about a few activations: each with its picture, the place of its pair on it and the
/// channel's function in it.
struct ImageSection {
  let run: SettledRun

  /// - Parameter pictures: Where pictures are kept: each once on a page.
  func html(_ pictures: inout PictureSheet) -> HTML {
    let groups = TellingImages.all(in: run)
    let title = HTML.element("h3", [:], "Images that tell most")
    guard !groups.isEmpty else { return .element("section", [:], title, .element("p", [:], .text(absence))) }
    var parts: [HTML] = [title]
    for group in groups {
      parts.append(
        .element(
          "p", [:], .element("strong", [:], .text(Statements.name(group.site))),
          .text(": \(group.sought) (\(group.basis)).")))
      var cards: [HTML] = []
      for image in group.images { cards.append(card(image, at: group.site, &pictures)) }
      parts.append(.node("ul", ["class": "cards"], cards))
    }
    return .element("section", all: parts)
  }

  private var absence: String {
    if !run.figure.sites.contains(where: { $0.site.activation.isDynamic }) {
      return "No activation computes its function from the image, so no image has functions of its own."
    }
    return
      "Which images lie behind the scatters was not asked in this run; dyviz report MODEL IMAGES asks it, and so does the "
      + "cross of the screen (x)."
  }

  private func card(_ image: TellingImages.Image, at site: ActivationSite, _ pictures: inout PictureSheet) -> HTML {
    let finding = TellingImages.finding(of: image.ordinal, in: run)
    let path = run.figure.names?.image(image.ordinal) ?? "image \(image.ordinal)"
    let drawings = [picture(image, finding, path, site, &pictures), sketch(image, finding, path, site)].compactMap {
      $0
    }
    return .element(
      "li", [:],
      .element(
        "figure", [:], .node("div", ["class": "pair"], drawings),
        .element(
          "figcaption", [:], .element("strong", [:], .text(path)), .element("br"),
          .text(classes(image, finding)), .element("br"), .text(image.words))))
  }

  private func picture(
    _ image: TellingImages.Image, _ finding: ImageFinding?, _ path: String, _ site: ActivationSite,
    _ pictures: inout PictureSheet
  ) -> HTML? {
    guard let finding, let preprocessing = run.figure.names?.preprocessing,
      let picture = Picture(finding.withSmallInput, preprocessing)
    else { return nil }
    return pictures.use(picture, title: "\(path), with the place of the pair", at: image.position, of: site.shape)
  }

  private func sketch(
    _ image: TellingImages.Image, _ finding: ImageFinding?, _ path: String, _ site: ActivationSite
  ) -> HTML? {
    // One function for all channels stands at the first.
    let channel = site.coefficientChannels == 1 ? 0 : image.channel
    guard let finding, finding.functions.indices.contains(site.id),
      let function = finding.functions[site.id].function(channel: channel, of: site.activation)
    else { return nil }
    let statistics = (run.finding(.functions) as? FunctionsFinding)?.sites[site.id].coefficients
    return FunctionSketch(
      function: function, mean: statistics?.meanFunction(channel: channel, of: site.activation), pair: image.pair,
      title: "The function of channel \(image.channel) of \(site.node) in \(path)"
    ).html
  }

  /// `class Sandal, taken for Sneaker (0.81)`.
  private func classes(_ image: TellingImages.Image, _ finding: ImageFinding?) -> String {
    let label = run.figure.names?.labelName(ofImage: image.ordinal)
    let best = finding?.best(1).first.map { best in
      "taken for \(run.figure.names?.label(best.index) ?? String(best.index)) "
        + "(\(NumberText.fixed(best.probability, decimals: 2)))"
    }
    let known = [label.map { "class \($0)" } ?? "no class", best].compactMap { $0 }
    return (known + (finding == nil ? ["its picture and functions are not in this run"] : [])).joined(separator: ", ")
  }
}
