import Figures
import FoundationEssentials
import Networks
import Tensors

/// Pictures of a page, each kept once however often it is shown.
struct PictureSheet {
  /// Pixels on a side at most.
  private static let mostPixels = 64
  private var kept: [(picture: Picture, file: String)] = []

  /// Shows a picture with a frame around a position of a feature map that lies over it.
  mutating func use(_ picture: Picture, title: String, at position: Int, of shape: FeatureShape) -> HTML {
    let small = Self.small(picture)
    let number = number(of: small)
    let (width, height) = (Double(small.width), Double(small.height))
    let place: HTML.Attributes = [
      "x": Self.text(Double(position % shape.width) * width / Double(shape.width)),
      "y": Self.text(Double(position / shape.width) * height / Double(shape.height)),
      "width": Self.text(width / Double(shape.width)), "height": Self.text(height / Double(shape.height)),
    ]
    func frame(_ style: String) -> HTML {
      var attributes = place
      attributes.add("class", style)
      return .element("rect", attributes)
    }
    return .element(
      "svg",
      [
        "class": "picture", "viewBox": "0 0 \(small.width) \(small.height)", "role": "img",
        "xmlns": "http://www.w3.org/2000/svg",
      ], .element("title", [:], .text(title)), .element("use", ["href": "#picture-\(number)"]), frame("place"),
      frame("place inner"))
  }

  /// The pictures themselves, which the page shows nowhere.
  var html: HTML {
    let images = kept.enumerated().map { number, entry in
      HTML.element(
        "image",
        [
          "id": "picture-\(number)", "class": "pixels", "width": "\(entry.picture.width)",
          "height": "\(entry.picture.height)", "href": "data:image/png;base64," + entry.file,
        ])
    }
    return .element(
      "svg", ["class": "definitions", "aria-hidden": "true", "xmlns": "http://www.w3.org/2000/svg"],
      .element("defs", all: images))
  }

  private mutating func number(of picture: Picture) -> Int {
    if let known = kept.firstIndex(where: { $0.picture == picture }) { return known }
    kept.append((picture, Data(PicturePNG.bytes(picture)).base64EncodedString()))
    return kept.count - 1
  }

  private static func small(_ picture: Picture) -> Picture {
    let longest = max(picture.width, picture.height)
    guard longest > mostPixels else { return picture }
    func side(_ side: Int) -> Int { max(1, side * mostPixels / longest) }
    return picture.resized(width: side(picture.width), height: side(picture.height))
  }

  private static func text(_ value: Double) -> String { NumberText.fixed(value, decimals: 2) }
}
