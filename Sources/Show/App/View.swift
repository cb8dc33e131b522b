import Terminal
import TerminalCharts

/// The terminal's picture of a model: a pure function. Any size is fine, 0x0 included.
public func view(_ model: Model, size: CellSize, capabilities: Capabilities) -> CellBuffer {
  let screen: any Screen = TooSmallNotice.applies(to: size) ? TooSmallScreen() : model.screen
  var drawing = ScreenDrawing(
    model: model, capabilities: capabilities, layout: screen.layout(size), buffer: CellBuffer(size: size))
  drawing.drawTitle(of: screen)
  screen.draw(into: &drawing)
  drawing.drawFooter(of: screen)
  if !capabilities.unicode { drawing.buffer.reduceToASCII() }
  return drawing.buffer
}

/// A screen being drawn, and the pieces that screens have in common.
package struct ScreenDrawing {
  let model: Model
  let capabilities: Capabilities
  let layout: ScreenLayout
  var buffer: CellBuffer

  /// The status line and the line of keys, in whose place may stand what the screen asks for, or a notice until the
  /// next key.
  fileprivate mutating func drawFooter(of screen: any Screen) {
    StatusLine(progress: model.progress, part: model.shown?.part?.words, isFrozen: model.isFrozen).draw(
      in: layout.status, capabilities: capabilities, into: &buffer)
    if let prompt = screen.prompt(in: model) {
      let text = CellText.fitted(prompt, columns: layout.keys.width - 2)
      buffer.write(text, x: layout.keys.x + 1, y: layout.keys.y, style: .bold)
      return
    }
    guard let notice = model.notice, !layout.keys.isEmpty else {
      KeyLine(hints: screen.hints.filter { !$0.name.isEmpty }).draw(
        in: layout.keys, capabilities: capabilities, into: &buffer)
      return
    }
    let style = notice.isError ? CellStyle.alarm(capabilities) : .bold
    buffer.write(CellText.fitted(notice.text, columns: layout.keys.width - 2), x: 1, y: layout.keys.y, style: style)
  }

  /// Draws what the screen on view lies over, as it lay there.
  mutating func drawCovered() {
    let screen = model.path.covered
    var drawing = ScreenDrawing(
      model: model, capabilities: capabilities, layout: screen.layout(model.size), buffer: buffer)
    screen.draw(into: &drawing)
    buffer = drawing.buffer
  }

  /// Draws a pane's frame if there is one; what is inside.
  mutating func pane(_ title: String, in rect: CellRect, isMarked: Bool = false) -> CellRect {
    guard layout.isFramed else { return rect }
    let style = isMarked ? CellStyle.accent(capabilities) : .standard
    return Frame.draw(title, in: rect, capabilities: capabilities, titleStyle: style, into: &buffer)
  }
}
