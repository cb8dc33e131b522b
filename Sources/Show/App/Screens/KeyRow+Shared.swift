/// What keys do on every screen; a screen that wants one of them on its line of keys names it, ``complete(_:)`` adds
/// the others.
extension KeyRow {
  static var shared: [Self] { [variant, freeze, export, save, help, back, mouse, repaint, quit] }

  static var variant: Self {
    Self(
      "v", "variant", rank: 2, help: "next variant gets the workers (V: the previous one)",
      Stroke(["v"], does: { $1.stepVariants(1) }), Stroke(["V"], does: { $1.stepVariants(-1) }))
  }

  static var freeze: Self {
    Self("f", "freeze", rank: 3, help: "hold the display; the data go on", Stroke(["f"], does: { $1.toggleFreeze() }))
  }

  static var export: Self {
    Self(
      "e", "export", rank: 2, help: "write CSV, JSON and figures",
      Stroke(["e"], asks: { $1.startWriting(.export, "exporting ...") }))
  }

  static var save: Self {
    Self(
      "W", "save", rank: 8, help: "save the run: dyviz FILE opens it again without model or images",
      Stroke(["W"], asks: { $1.startWriting(.save, "saving ...") }))
  }

  static var help: Self {
    Self("?", "help", rank: 0, help: "this help", Stroke(["?"], does: { $1.path.lay(HelpScreen()) }))
  }

  static var back: Self {
    Self(
      "Esc", help: "back from help, overview or list; first clears its filter",
      Stroke([.escape], does: { $1.path.close() }))
  }

  static var mouse: Self {
    Self(
      "M", help: "leave the mouse to the terminal, to select text; take it back",
      Stroke(
        ["M"],
        asks: { _, model in
          model.usesMouse.toggle()
          model.notice = Model.Notice(
            text: model.usesMouse ? "the mouse points and zooms" : "the mouse is the terminal's", isError: false)
          return [.mouse(model.usesMouse)]
        }))
  }

  static var repaint: Self {
    Self("Ctrl-L", help: "draw the screen anew", Stroke([.control("l")], asks: { _, _ in [.repaint] }))
  }

  static var quit: Self {
    Self("q", "quit", rank: 0, help: "leave (or Ctrl-C)", Stroke(["q", .control("c")], asks: { _, _ in [.quit] }))
  }
}

/// What keys do on screens with scatters.
extension KeyRow {
  static var block: Self {
    Self(
      "←→", "block", rank: 1, help: "h l: previous, next block",
      Stroke([.left, "h"], does: { $1.stepBlocks(-1) }), Stroke([.right, "l"], does: { $1.stepBlocks(1) }))
  }

  static var site: Self {
    Self(
      "↑↓", "site", rank: 1, help: "k j: previous, next activation site in the block",
      Stroke([.up, "k"], does: { $1.stepSites(-1) }), Stroke([.down, "j"], does: { $1.stepSites(1) }))
  }

  static var density: Self {
    Self(
      "d", "density", rank: 3, help: "density scale: log, linear, equalised",
      Stroke(["d"], does: { $1.scale = $1.scale.next }))
  }

  static var zoom: Self {
    Self(
      "+-", "zoom", rank: 4, help: "halve, double the range", Stroke(["+"], does: { $1.zoom(1) }),
      Stroke(["-", "_"], does: { $1.zoom(-1) }))
  }

  static var pan: Self {
    Self(
      "HJKL", "pan", rank: 6, help: "or Shift and arrows: move the range left, down, up, right",
      Stroke(["H", .shiftLeft], does: { $1.pan(x: -1, y: 0) }),
      Stroke(["J", .shiftDown], does: { $1.pan(x: 0, y: -1) }),
      Stroke(["K", .shiftUp], does: { $1.pan(x: 0, y: 1) }),
      Stroke(["L", .shiftRight], does: { $1.pan(x: 1, y: 0) }))
  }

  static var fit: Self {
    Self("0", "fit", rank: 5, help: "fit the range to the data", Stroke(["0"], does: { $1.fitAnew() }))
  }

  static var aspect: Self {
    Self(
      "a", "aspect", rank: 7, help: "equal lengths for a unit of x and y",
      Stroke(["a"], does: { $1.equalAspect.toggle() }))
  }
}
