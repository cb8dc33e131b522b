/// A box around a pane with its title in the upper edge.
public enum Frame {
  /// Draws the box along the rectangle's rim and returns what is inside.
  public static func draw(
    _ title: String, in rect: CellRect, capabilities: Capabilities, titleStyle: CellStyle = .standard,
    into buffer: inout CellBuffer
  ) -> CellRect {
    guard rect.width >= 2, rect.height >= 2 else { return CellRect(x: rect.x, y: rect.y, width: 0, height: 0) }
    let style = Theme(capabilities: capabilities).quiet
    let right = rect.x + rect.width - 1
    let bottom = rect.y + rect.height - 1
    for x in rect.columns {
      buffer[x, rect.y] = Cell("─", style)
      buffer[x, bottom] = Cell("─", style)
    }
    for y in rect.rows {
      buffer[rect.x, y] = Cell("│", style)
      buffer[right, y] = Cell("│", style)
    }
    buffer[rect.x, rect.y] = Cell("┌", style)
    buffer[right, rect.y] = Cell("┐", style)
    buffer[rect.x, bottom] = Cell("└", style)
    buffer[right, bottom] = Cell("┘", style)
    if rect.width > 6 {
      let text = " " + CellText.fitted(title, columns: rect.width - 5) + " "
      buffer.write(text, x: rect.x + 1, y: rect.y, style: titleStyle, limit: right)
    }
    return rect.inset()
  }
}
