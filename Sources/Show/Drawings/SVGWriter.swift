import FoundationEssentials
import PlainText

/// A drawing as an SVG file: text is text, a picture is a PNG file inside it with sharp pixels.
public enum SVGWriter {
  /// UTF-8, a line for each part.
  public static func bytes(_ drawing: Drawing) -> [UInt8] {
    let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    return Array((declaration + element(drawing, pictures: " style=\"image-rendering:pixelated\"")).utf8)
  }

  /// The drawing as an element of a page, whose style sheet says how pixels of pictures are enlarged.
  ///
  /// - Parameter pictures: What pictures need where there is no style sheet.
  package static func element(_ drawing: Drawing, pictures: String = "") -> String {
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" version=\"1.1\""
        + " width=\"\(number(drawing.width))mm\" height=\"\(number(drawing.height))mm\""
        + " viewBox=\"0 0 \(number(drawing.width)) \(number(drawing.height))\" role=\"img\""
        + " font-family=\"\(fontFamilies)\">",
      "<title>\(drawing.title.asMarkup)</title>", "<desc>\(drawing.description.asMarkup)</desc>",
      box(Drawing.Box(Drawing.Frame(x: 0, y: 0, width: drawing.width, height: drawing.height), fill: drawing.ground)),
    ]
    lines += drawing.items.flatMap { Self.lines($0, pictures) }
    return (lines + ["</svg>", ""]).joined(separator: "\n")
  }

  /// The first one has the widths that the layout was made with; the others are no wider.
  private static let fontFamilies = "DejaVu Sans, Verdana, Arial, Helvetica, sans-serif"

  private static func lines(_ item: Drawing.Item, _ pictures: String) -> [String] {
    switch item {
    case .line(let line): [path(line)]
    case .box(let box): [self.box(box)]
    case .text(let text): [self.text(text)]
    case .picture(let picture): [self.picture(picture, pictures)]
    case .group(let title, let items):
      ["<g>", "<title>\(title.asMarkup)</title>"] + items.flatMap { lines($0, pictures) } + ["</g>"]
    }
  }

  private static func path(_ line: Drawing.Line) -> String {
    let pieces = line.pieces.filter { !$0.isEmpty }.map { piece in
      "M" + piece.map { "\(number($0.x)) \(number($0.y))" }.joined(separator: "L")
    }
    return "<path d=\"\(pieces.joined())\" fill=\"none\"\(stroke(line.stroke)) stroke-linejoin=\"round\"/>"
  }

  private static func box(_ box: Drawing.Box) -> String {
    "<rect\(frame(box.frame)) fill=\"\(box.fill?.hexadecimal ?? "none")\"\(box.edge.map(stroke) ?? "")/>"
  }

  private static func text(_ text: Drawing.Text) -> String {
    let (x, y) = (number(text.place.x), number(text.place.y))
    return "<text x=\"\(x)\" y=\"\(y)\" font-size=\"\(number(text.size))\""
      + (text.anchor == .start ? "" : " text-anchor=\"\(text.anchor.rawValue)\"")
      + (text.isBold ? " font-weight=\"bold\"" : "") + " fill=\"\(text.color.hexadecimal)\""
      + (text.runsUpwards ? " transform=\"rotate(-90 \(x) \(y))\"" : "") + ">\(text.text.asMarkup)</text>"
  }

  private static func picture(_ picture: Drawing.Picture, _ style: String) -> String {
    "<image\(frame(picture.frame)) preserveAspectRatio=\"none\" image-rendering=\"optimizeSpeed\"\(style)"
      + " xlink:href=\"data:image/png;base64,"
      + "\(Data(IndexedPNG.bytes(picture)).base64EncodedString())\"/>"
  }

  private static func frame(_ frame: Drawing.Frame) -> String {
    " x=\"\(number(frame.x))\" y=\"\(number(frame.y))\" width=\"\(number(frame.width))\""
      + " height=\"\(number(frame.height))\""
  }

  private static func stroke(_ stroke: Drawing.Stroke) -> String {
    " stroke=\"\(stroke.color.hexadecimal)\" stroke-width=\"\(number(stroke.width))\""
      + (stroke.opacity == 1 ? "" : " stroke-opacity=\"\(number(stroke.opacity))\"")
  }

  /// At most four decimals: a tenth of a micrometre.
  private static func number(_ value: Double) -> String {
    guard value.isFinite, value.magnitude < 1e9 else { return "0" }
    let scaled = Int((value * 10_000).rounded())
    let (whole, part) = scaled.magnitude.quotientAndRemainder(dividingBy: 10_000)
    let sign = scaled < 0 ? "-" : ""
    guard part > 0 else { return "\(sign)\(whole)" }
    var digits = String(String(part + 10_000).dropFirst())
    while digits.hasSuffix("0") { digits.removeLast() }
    return "\(sign)\(whole).\(digits)"
  }
}
