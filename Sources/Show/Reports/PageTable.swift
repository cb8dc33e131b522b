import Figures

/// A table of a page: with a caption, heads that say what they are of, and, where it is long, ways to sort and narrow
/// it.
struct PageTable {
  /// A column.
  struct Column {
    /// What stands above it.
    var title: String
    /// What it is, for a pointer that rests on it.
    var help: String?
    var isNumber = false

    init(_ title: String, help: String? = nil, isNumber: Bool = false) {
      self.title = title
      self.help = help
      self.isNumber = isNumber
    }

    /// A column of numbers.
    static func number(_ title: String, help: String? = nil) -> Column { Column(title, help: help, isNumber: true) }
  }

  /// What stands in a row's place.
  enum Cell {
    /// What the row is of.
    case head(String)
    case text(String)
    /// Text of some length.
    case words(String)
    /// A number as it is shown, and as it is; nil where it is not known.
    case number(String, Double?)

    /// A whole number in groups of digits.
    static func count(_ count: some BinaryInteger) -> Cell { .number(NumberText.grouped(count), Double(count)) }
    /// A share in per cent.
    static func percent(_ share: Double?) -> Cell { .number(NumberText.percent(share), share) }
    /// A number with decimals.
    static func fixed(_ value: Double?, decimals: Int = 3) -> Cell {
      .number(NumberText.fixed(value, decimals: decimals), value)
    }
  }

  /// A row.
  struct Row {
    var cells: [Cell]
    /// What a filter looks for in it.
    var words: String?

    init(_ cells: [Cell], words: String? = nil) {
      self.cells = cells
      self.words = words
    }
  }

  /// What it is, in a sentence.
  var caption: String
  var columns: [Column]
  var rows: [Row] = []
  /// What it is called on the page, where it can be sorted and narrowed.
  var sortableAs: String?

  /// The table, in a part of the page that moves sideways where the screen is narrow.
  var html: HTML {
    var attributes: HTML.Attributes = [:]
    attributes.add("id", sortableAs)
    attributes.add("class", sortableAs.map { _ in "sortable" })
    let table = HTML.element(
      "table", attributes, .element("caption", [:], .text(caption)),
      .element("thead", [:], .element("tr", all: columns.map(head))), .element("tbody", all: rows.map(row)))
    return .element("div", ["class": "scroll", "role": "region", "aria-label": caption, "tabindex": "0"], table)
  }

  private func head(_ column: Column) -> HTML {
    var attributes: HTML.Attributes = ["scope": "col"]
    attributes.add("class", column.isNumber ? "number" : nil)
    attributes.add("title", column.help)
    guard sortableAs != nil else { return .element("th", attributes, .text(column.title)) }
    attributes.add("aria-sort", "none")
    return .element("th", attributes, .element("button", ["type": "button"], .text(column.title)))
  }

  private func row(_ row: Row) -> HTML {
    precondition(row.cells.count == columns.count, "a cell for each column")
    var attributes: HTML.Attributes = [:]
    attributes.add("data-words", row.words)
    return .node("tr", attributes, row.cells.map(cell))
  }

  private func cell(_ cell: Cell) -> HTML {
    switch cell {
    case .head(let text): .element("th", ["scope": "row"], .text(text))
    case .text(let text): .element("td", [:], .text(text))
    case .words(let text): .element("td", class: "wrap", .text(text))
    case .number(let text, let value):
      .element("td", ["class": "number", "data-v": value.map { "\($0)" } ?? ""], .text(text))
    }
  }
}

extension PageTable {
  /// A table of the exports as it is.
  init(_ table: Table, caption: String) {
    self.init(caption: caption, columns: table.columns.map { Column($0) })
    rows = table.rows.map { row in Row(row.map { Self.cell($0) }) }
  }

  private static func cell(_ cell: Table.Cell) -> Cell {
    switch cell {
    case .integer(let integer): .number(String(integer), Double(integer))
    case .count(let count): .number(String(count), Double(count))
    case .number(let number): .number("\(number)", number)
    case .text(let text): .text(text)
    case .absent: .number(NumberText.absent, nil)
    }
  }
}
