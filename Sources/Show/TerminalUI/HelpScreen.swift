/// The keys and the words of the screen, explained; in pages where the screen is small.
public struct HelpScreen: Sendable {
  /// A line of the help: a key or a word, and its explanation. Both empty: a gap.
  package struct Entry: Sendable, Equatable {
    package var term: String
    var text: String
  }

  /// Every key.
  public var keys: [KeyHint]
  /// Which page is wanted; counted on from the last one at the first.
  public var page: Int

  /// Creates a help screen.
  public init(keys: [KeyHint], page: Int) {
    self.keys = keys
    self.page = page
  }

  /// The words on the screen: the ones of the exports and the documentation.
  package static let words: [Entry] = [
    Entry(term: "x, y", text: "an activation's input and output, y = max(ak x + bk)"),
    Entry(term: "slope, intercept", text: "ak and bk; mean ± deviation over images and channels"),
    Entry(term: "|a1-a2|", text: "largest minus smallest slope; bars: mean, p10-p90"),
    Entry(term: "none", text: "no slopes to compare: a curve, Maxout or K 1"),
    Entry(term: "p10, p90", text: "one in ten values lies below p10, one in ten above p90"),
    Entry(term: "|b|>0.05", text: "share of functions with such an intercept"),
    Entry(term: "slope<0 or >1", text: "share of functions with such a slope (a<0 | a>1)"),
    Entry(term: "x<0 with y>0", text: "share of negative inputs with a positive output"),
    Entry(term: "y at x = 0.5", text: "how far outputs spread at one input: dynamic range"),
    Entry(term: "density", text: "inputs on a half cell; log: each colour is half the next"),
    Entry(term: "positions", text: "share of each image's positions that were taken"),
    Entry(term: "outside range", text: "inputs or outputs too large to count"),
    Entry(term: "not finite", text: "inputs or outputs that are NaN or infinite"),
    Entry(term: "A1, A2, A3", text: "after the expansion, the depthwise, the projection"),
    Entry(term: "kind", text: "the activation: DY-ReLU-A, -B, -C, ReLU, SE, h-swish, ..."),
    Entry(term: "K", text: "linear functions under the maximum"),
    Entry(term: "top-1", text: "share of labelled images whose first class is right"),
    Entry(term: "skipped", text: "images that could not be read"),
  ]

  /// Keys, a gap, words.
  var entries: [Entry] {
    keys.map { Entry(term: $0.keys, text: $0.help) } + [Entry(term: "", text: "")] + Self.words
  }

  /// Draws one page over the whole rectangle.
  public func draw(in rect: CellRect, capabilities: Capabilities, into buffer: inout CellBuffer) {
    guard !rect.isEmpty else { return }
    let framed = rect.height >= 16 && rect.width >= 60
    let lines = entries.flatMap { Self.wrapped($0, columns: rect.width - (framed ? 4 : 2)) }
    let height = max(1, rect.height - (framed ? 2 : 1))
    let pages = max(1, (lines.count + height - 1) / height)
    let current = ((page % pages) + pages) % pages
    let title = pages > 1 ? "help · page \(current + 1) of \(pages) · ↑↓ pages · Esc back" : "help · Esc back"
    var inner = rect
    if framed {
      inner = Frame.draw(title, in: rect, capabilities: capabilities, into: &buffer)
    } else {
      let head = inner.takeTop(1)
      buffer.write(
        CellText.fitted(title, columns: head.width), x: head.x, y: head.y, style: .bold, limit: head.x + head.width)
    }
    for (row, line) in lines.dropFirst(current * height).prefix(inner.height).enumerated() {
      let x = inner.x + 1
      let end = inner.x + inner.width
      buffer.write(line.term, x: x, y: inner.y + row, style: .bold, limit: end)
      buffer.write(line.text, x: x + line.column, y: inner.y + row, limit: end)
    }
  }

  /// Where explanations begin on a screen that has room for columns; elsewhere they follow their terms.
  private static let termColumns = 18

  /// An entry broken between words into lines of a width.
  private static func wrapped(_ entry: Entry, columns: Int) -> [Line] {
    let isTabular = columns >= 58
    let indent = isTabular ? termColumns : 2
    var lines = [Line(term: entry.term, column: isTabular ? termColumns : entry.term.count + 1, text: "")]
    for word in entry.text.split(separator: " ") {
      let last = lines[lines.count - 1]
      let room = max(8, columns - last.column)
      if last.text.isEmpty {
        lines[lines.count - 1].text = String(word)
      } else if last.text.count + 1 + word.count <= room {
        lines[lines.count - 1].text += " " + word
      } else {
        lines.append(Line(term: "", column: indent, text: String(word)))
      }
    }
    return lines
  }

  /// A line on the screen: a term at its beginning and text from a column on.
  private struct Line {
    var term: String
    var column: Int
    var text: String
  }
}
