import Terminal

/// What stands in every screen's place where there is no room for one; never opened.
struct TooSmallScreen: Screen {
  var keys: [KeyRow<Self>] { [.repaint, .quit] }

  func layout(_ size: CellSize) -> ScreenLayout { ScreenLayout(whole: size) }

  func draw(into drawing: inout ScreenDrawing) { TooSmallNotice.draw(into: &drawing.buffer) }
}
