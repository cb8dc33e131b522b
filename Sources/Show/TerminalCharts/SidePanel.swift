import Terminal

/// One row of the numbers beside the scatter.
public struct PanelRow: Sendable, Equatable {
  /// What stands in the row.
  public enum Content: Sendable, Equatable {
    /// A name and a number that ends at the panel's number column.
    case value(String, String)
    /// Text over the whole width.
    case text(String)
    /// The colours of the density from empty to full.
    case ramp
    /// Space between groups.
    case blank
  }

  /// What stands in the row.
  public var content: Content
  /// Rows with the highest numbers go first when there is too little room; 0 stays longest.
  public var priority: Int

  package init(_ content: Content, priority: Int) {
    self.content = content
    self.priority = priority
  }
}

/// The numbers beside the scatter.
public struct SidePanel: Sendable {
  /// From top to bottom.
  public var rows: [PanelRow]

  /// Creates a panel.
  public init(rows: [PanelRow]) { self.rows = rows }

  /// The rows that stay in a height: of the highest priority number the last ones go first; blanks neither lead nor
  /// double.
  package func fitted(height: Int) -> [PanelRow] {
    var kept = Self.tidied(rows)
    while kept.count > max(0, height) {
      let worst = kept.map(\.priority).max() ?? 0
      guard let index = kept.lastIndex(where: { $0.priority == worst }) else { break }
      kept.remove(at: index)
      kept = Self.tidied(kept)
    }
    return kept
  }

  /// Draws the rows that fit, with a column of space on either side.
  public func draw(in rect: CellRect, capabilities: Capabilities, into buffer: inout CellBuffer) {
    let inner = rect.inset(horizontal: 1, vertical: 0)
    guard !inner.isEmpty else { return }
    let rows = fitted(height: inner.height)
    for (offset, row) in rows.enumerated() {
      let y = inner.y + offset
      let end = inner.x + inner.width
      switch row.content {
      case .blank: break
      case .text(let text): buffer.write(CellText.fitted(text, columns: inner.width), x: inner.x, y: y, limit: end)
      case .ramp: Self.drawRamp(x: inner.x, y: y, width: inner.width, capabilities: capabilities, into: &buffer)
      case .value(let name, let number):
        let number = CellText.fitted(number, columns: max(1, inner.width - name.count - 1))
        let column = max(0, inner.width - number.count)
        buffer.write(
          CellText.fitted(name, columns: max(0, column - 1)), x: inner.x, y: y, limit: end)
        buffer.write(number, x: inner.x + column, y: y, style: row.priority == 0 ? .bold : .standard, limit: end)
      }
    }
  }

  private static func tidied(_ rows: [PanelRow]) -> [PanelRow] {
    var result: [PanelRow] = []
    for row in rows where row.content != .blank || (result.last?.content ?? .blank) != .blank { result.append(row) }
    if result.last?.content == .blank { result.removeLast() }
    return result
  }

  private static func drawRamp(x: Int, y: Int, width: Int, capabilities: Capabilities, into buffer: inout CellBuffer) {
    let columns = min(width, 32)
    let ramp = DensityRamp.density.colors(isLight: capabilities.isLight)
    for column in 0..<columns {
      let level = column * ramp.count / columns
      buffer[x + column, y] =
        capabilities.drawsColorBlocks
        ? Cell(" ", CellStyle(background: .palette(ramp[level])))
        : Cell(DensityColors.character(level: UInt8(level)))
    }
  }
}
