/// Terms with their explanations; in pages where there is little room.
package struct Glossary: Sendable {
  /// A term and its explanation. Both empty: a gap.
  package struct Entry: Sendable, Equatable {
    package var term: String
    package var text: String

    package init(term: String, text: String) {
      self.term = term
      self.text = text
    }

    /// Space between groups.
    package static let gap = Entry(term: "", text: "")
  }

  /// What it is about, for the title.
  package var title: String
  /// From top to bottom.
  package var entries: [Entry]
  /// Which page is wanted; counted on from the last one at the first.
  package var page: Int

  /// Creates a glossary.
  package init(title: String, entries: [Entry], page: Int) {
    self.title = title
    self.entries = entries
    self.page = page
  }

  /// Draws one page over the whole rectangle.
  package func draw(in rect: CellRect, capabilities: Capabilities, into buffer: inout CellBuffer) {
    guard !rect.isEmpty else { return }
    let framed = rect.height >= 16 && rect.width >= 60
    let lines = entries.flatMap { Self.wrapped($0, columns: rect.width - (framed ? 4 : 2)) }
    let height = max(1, rect.height - (framed ? 2 : 1))
    let pages = max(1, (lines.count + height - 1) / height)
    let current = ((page % pages) + pages) % pages
    let title = title + (pages > 1 ? " · page \(current + 1) of \(pages) · ↑↓ pages" : "") + " · Esc back"
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
