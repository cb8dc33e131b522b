/// Rows of text in columns around a cursor: only what is visible is asked for and drawn.
public struct ListTable: Sendable {
  /// A column.
  public struct Column: Sendable, Equatable {
    /// What text loses where the column is too narrow for it.
    public enum Cut: Sendable, Equatable {
      /// Its beginning: the end of a hierarchical name tells more.
      case beginning
      /// Its end.
      case end
    }

    /// What stands above it.
    public var title: String
    /// Columns of cells for its longest text; more are never used.
    public var width: Int
    /// The fewest that are of use.
    public var least: Int
    /// Columns with the highest ranks go first where room is short; 0 always stays.
    public var rank: Int
    /// What long text loses.
    public var cut: Cut
    /// Whether text ends at the column's end.
    public var isRightAligned: Bool
    /// Whether it takes only what room all others leave; the last such columns go first.
    public var isSpare: Bool
    /// Whether the rows are sorted by it: its title is marked.
    public var isSorting = false

    /// Creates a column, at least as wide as its title where there is room.
    public init(
      _ title: String, width: Int, least: Int? = nil, rank: Int, cut: Cut = .end, isRightAligned: Bool = false,
      isSpare: Bool = false
    ) {
      self.title = title
      self.width = max(width, title.count)
      self.least = min(least ?? self.width, self.width)
      self.rank = rank
      self.cut = cut
      self.isRightAligned = isRightAligned
      self.isSpare = isSpare
    }
  }

  /// The columns, from left to right.
  public var columns: [Column]
  /// Rows in all.
  public var count: Int
  /// The row under the cursor, which is always visible.
  public var cursor: Int
  /// The text of a row's cells, one for each column.
  public var cells: @Sendable (_ row: Int) -> [String]
  /// Whether a row bears a mark.
  public var isMarked: @Sendable (_ row: Int) -> Bool

  package init(
    columns: [Column], count: Int, cursor: Int, cells: @escaping @Sendable (_ row: Int) -> [String],
    isMarked: @escaping @Sendable (_ row: Int) -> Bool
  ) {
    self.columns = columns
    self.count = count
    self.cursor = cursor
    self.cells = cells
    self.isMarked = isMarked
  }

  /// Draws the titles and the rows around the cursor.
  public func draw(in rect: CellRect, capabilities: Capabilities, into buffer: inout CellBuffer) {
    guard !rect.isEmpty else { return }
    let theme = Theme(capabilities: capabilities)
    var body = rect
    let head = body.takeTop(1)
    let gap = rect.width >= 100 ? 2 : 1
    let placed = placed(width: rect.width - Self.marks - 1, gap: gap)
    let end = rect.x + rect.width
    for (index, x, width) in placed {
      drawTitle(of: index, x: rect.x + Self.marks + x, y: head.y, width: width, limit: end, theme: theme, into: &buffer)
    }
    for (line, row) in visible(height: body.height).enumerated() {
      let y = body.y + line
      let style = row == cursor ? theme.accent : CellStyle.standard
      if row == cursor { buffer.write("▸", x: rect.x, y: y, style: style, limit: end) }
      if isMarked(row) { buffer.write("•", x: rect.x + 1, y: y, style: theme.accent, limit: end) }
      let texts = cells(row)
      for (index, x, width) in placed {
        let text = aligned(texts[index], index, width)
        buffer.write(text, x: rect.x + Self.marks + x, y: y, style: style, limit: end)
      }
    }
  }

  /// A column's title; the mark of the one that sorts stands in the gap beside it.
  private func drawTitle(
    of index: Int, x: Int, y: Int, width: Int, limit: Int, theme: Theme, into buffer: inout CellBuffer
  ) {
    let column = columns[index]
    let style = column.isSorting ? theme.accent : theme.quiet
    let title = CellText.fitted(column.title, columns: width)
    buffer.write(
      column.isRightAligned ? CellText.rightAligned(title, columns: width) : title, x: x, y: y, style: style,
      limit: limit)
    guard column.isSorting else { return }
    buffer.write(
      "▾", x: x + (column.isRightAligned ? width - title.count - 1 : title.count), y: y, style: style, limit: limit)
  }

  /// Cells for the marks of cursor and current row, and a space.
  private static let marks = 3

  private func aligned(_ text: String, _ index: Int, _ width: Int) -> String {
    let column = columns[index]
    let text =
      column.cut == .beginning ? CellText.ending(text, columns: width) : CellText.fitted(text, columns: width)
    return column.isRightAligned ? CellText.rightAligned(text, columns: width) : text
  }

  /// The rows that fit, the cursor in their middle where there are more.
  package func visible(height: Int) -> Range<Int> {
    let height = max(0, height)
    guard count > height else { return 0..<count }
    let first = min(max(0, cursor - height / 2), count - height)
    return first..<first + height
  }

  /// The columns that stay in a width, each with its place and width: columns of the highest ranks leave until the
  /// others' least widths fit, then the widest give way.
  package func placed(width: Int, gap: Int) -> [(index: Int, x: Int, width: Int)] {
    var kept = Array(columns.indices)
    func gaps() -> Int { gap * max(0, kept.count - 1) }
    while kept.reduce(gaps(), { $0 + columns[$1].width }) > width,
      let spare = kept.lastIndex(where: { columns[$0].isSpare })
    {
      kept.remove(at: spare)
    }
    while kept.reduce(gaps(), { $0 + columns[$1].least }) > width,
      let worst = kept.map({ columns[$0].rank }).max(), worst > 0
    {
      kept.removeAll { columns[$0].rank == worst }
    }
    var widths = kept.map { columns[$0].width }
    var excess = widths.reduce(gaps(), +) - width
    while excess > 0 {
      let slack = kept.indices.filter { widths[$0] > columns[kept[$0]].least }
      guard let widest = slack.max(by: { widths[$0] < widths[$1] }) else { break }
      widths[widest] -= 1
      excess -= 1
    }
    var x = 0
    return zip(kept, widths).map { index, width in
      defer { x += width + gap }
      return (index, x, width)
    }
  }
}
