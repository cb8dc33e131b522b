import Terminal

/// Many small scatters on one screen: the paper's figure.
public struct OverviewGrid: Sendable {
  /// One scatter.
  public struct Panel: Sendable {
    /// What it shows, for its frame.
    public var title: String
    /// What its block or site is called, after the title; cut at its beginning where there is no room.
    public var name: String?
    /// How far its axes reach, for the title's end.
    public var reach: String
    /// The same where there is hardly room.
    public var shortTitle: String
    /// Its scatter; axes are never drawn.
    public var plot: ScatterPlot
    /// Whether the cursor is on it.
    public var isCurrent: Bool

    package init(
      title: String, name: String? = nil, reach: String, shortTitle: String, plot: ScatterPlot, isCurrent: Bool
    ) {
      self.title = title
      self.name = name
      self.reach = reach
      self.shortTitle = shortTitle
      self.plot = plot
      self.isCurrent = isCurrent
    }
  }

  /// The scatters in the order of the blocks.
  public var panels: [Panel]

  /// Creates a grid.
  public init(panels: [Panel]) { self.panels = panels }

  /// How many panels stand beside each other: what makes each as large and as square as can be.
  public static func columns(panels: Int, width: Int, height: Int) -> Int {
    guard panels > 0 else { return 1 }
    func side(_ columns: Int) -> Int {
      min(width / columns, 2 * (height / ((panels + columns - 1) / columns)))
    }
    return (1...panels).max { side($0) < side($1) } ?? 1
  }

  /// Draws the grid; where panels would get too small only the rows around the cursor are drawn.
  public func draw(in rect: CellRect, capabilities: Capabilities, into buffer: inout CellBuffer) {
    guard !rect.isEmpty, !panels.isEmpty else { return }
    let columns = Self.columns(panels: panels.count, width: rect.width, height: rect.height)
    let rows = (panels.count + columns - 1) / columns
    let visibleRows = max(1, min(rows, rect.height / 4))
    let currentRow = (panels.firstIndex(where: \.isCurrent) ?? 0) / columns
    let firstRow = min(max(0, currentRow - visibleRows / 2), rows - visibleRows)
    let width = rect.width / columns
    let height = rect.height / visibleRows
    for (index, panel) in panels.enumerated() {
      let row = index / columns - firstRow
      guard (0..<visibleRows).contains(row) else { continue }
      let cell = CellRect(x: rect.x + index % columns * width, y: rect.y + row * height, width: width, height: height)
      draw(panel, in: cell, capabilities: capabilities, into: &buffer)
    }
  }

  private func draw(_ panel: Panel, in rect: CellRect, capabilities: Capabilities, into buffer: inout CellBuffer) {
    let theme = Theme(capabilities: capabilities)
    var inner = rect
    if rect.width >= 16, rect.height >= 6 {
      var title = panel.isCurrent ? "▸ " + panel.title : panel.title
      let room = rect.width - 5 - title.count - 1 - panel.reach.count - 1
      if let name = panel.name, room >= min(4, name.count) {
        title += (name.count + 2 <= room ? " · " : " ") + CellText.ending(name, columns: room)
      }
      title += " " + panel.reach
      inner = Frame.draw(
        title, in: rect, capabilities: capabilities, titleStyle: panel.isCurrent ? theme.accent : .standard,
        into: &buffer)
    } else {
      let head = inner.takeTop(1)
      let title = (panel.isCurrent ? "▸" : " ") + panel.shortTitle
      buffer.write(
        CellText.fitted(title, columns: head.width - 1), x: head.x, y: head.y,
        style: panel.isCurrent ? theme.accent : .standard)
      inner.width = max(0, inner.width - 1)
    }
    panel.plot.draw(in: inner, capabilities: capabilities, into: &buffer)
  }
}
