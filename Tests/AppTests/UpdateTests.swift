import App
import Figures
import Networks
import ScreenScripts
import Statistics
import SyntheticRuns
import Terminal
import TerminalSentinel
import Testing

struct UpdateTests {
  @Test(
    "Keys walk blocks and sites, from the stem to the last convolution",
    arguments: [
      ([], "1 A2"), ([.right], "2 A2"), (["l", "l"], "3 A2"), ([.left], "0 stem"), (["h", "h", "h"], "0 stem"),
      ([.right, .down], "2 A3"), ([.right, "k"], "2 A1"), ([.right, "k", .up], "2 A1"), ([.right, .down, "j"], "2 A3"),
      ([.left, .down, .right], "1 A2"), ([.right, .up, .left], "1 A2"), ([.right, .up, .left, .right], "2 A1"),
      ([.down, .left, .right], "1 A3"), (Array(repeating: .right, count: 30), "18 last"),
      (Array(repeating: .right, count: 17) + [.left], "17 A2"),
    ] as [([Key], String)])
  func walk(keys: [Key], place: String) {
    var script = ModelScript()
    for key in keys { script.press(key) }
    #expect(script.place == place)
  }

  @Test("The model wants the density of the site on the screen, and in the overview of every other block")
  func questions() {
    var script = ModelScript()
    #expect(script.model.questions == [.density(site: script.model.site?.site.id ?? -1)])
    script.press("o")
    #expect(script.model.questions.count == 9)
  }

  @Test("A question that cannot be answered is told once, and the screen does not wait for it")
  func unanswerable() {
    var script = ModelScript()
    let question = Question.density(site: script.model.site?.site.id ?? -1)
    var figure = SyntheticRun.snapshot()
    figure.late = [question: RunProgress(state: .running)]
    script.send(.figure(figure))
    #expect(script.model.notice == nil && script.model.isStreaming && !script.model.hasWhatItWants)
    figure.late = [question: RunProgress(state: .failed("no such site"))]
    script.send(.figure(figure))
    #expect(script.model.notice == Model.Notice(text: "no such site", isError: true))
    #expect(!script.model.isStreaming && script.model.hasWhatItWants)
    script.send(.key("d"))
    script.send(.figure(figure))
    #expect(script.model.notice == nil)
    figure.late[.channelDensity(site: 0, channel: 0)] = RunProgress(state: .running)
    script.send(.figure(figure))
    #expect(script.model.notice == nil, "another question's progress is no news of this one")
  }

  @Test("What makes an accuracy doubtful is said when the images are listed, until a key")
  func listing() {
    var script = ModelScript()
    var figure = SyntheticRun.snapshot()
    figure.listing = SourceListing(unlabelled: [.init(path: "misc", images: 3)], otherFiles: [".gif": 2])
    script.send(.figure(figure))
    let words = "folders without a label: misc (3 images); not read: 2 .gif"
    #expect(script.model.notice == Model.Notice(text: words, isError: false))
    script.send(.key("d"))
    script.send(.figure(figure))
    #expect(script.model.notice == nil)
  }

  @Test("W saves the run, one file at a time, and says where; what is asked for meanwhile comes behind, once")
  func saving() {
    var script = ModelScript()
    script.send(.key("W"))
    #expect(script.effects == [.save] && script.model.isExporting)
    for _ in 0..<3 { script.send(.key("e")) }
    #expect(script.effects == [.save])
    script.send(.saved(file: "run.dyviz"))
    #expect(script.effects == [.save, .export] && script.model.isExporting)
    #expect(script.model.notice == Model.Notice(text: "saved as run.dyviz; exporting ...", isError: false))
    script.send(.exported(folder: "out"))
    #expect(script.model.notice == Model.Notice(text: "exported to out", isError: false))
    #expect(!script.model.isExporting && script.effects == [.save, .export])
    script.send(.key("W"))
    script.send(.saveFailed("no room"))
    #expect(script.model.notice == Model.Notice(text: "not saved: no room", isError: true))
    #expect(!script.model.isExporting)
  }

  @Test("A failure stays on view beside what is written behind it, and goes with the next key")
  func failureBeforeMore() {
    var script = ModelScript()
    for key in ["e", "W"] as [Key] { script.send(.key(key)) }
    script.send(.exportFailed("no room"))
    #expect(script.effects == [.export, .save] && script.model.isExporting)
    #expect(script.model.notice == Model.Notice(text: "export failed: no room; saving ...", isError: true))
    script.send(.saved(file: "run.dyviz"))
    #expect(script.model.notice == Model.Notice(text: "export failed: no room; saved as run.dyviz", isError: true))
    script.send(.key("W"))
    script.send(.saved(file: "run.dyviz"))
    #expect(script.model.notice == Model.Notice(text: "saved as run.dyviz", isError: false))
  }

  @Test("v and V go round the variants, which are then asked for")
  func variants() {
    var script = ModelScript()
    let asked = (["v", "v", "v", "V"] as [Key]).map { key in
      script.send(.key(key))
      return script.model.subject.variant
    }
    #expect(asked == [2, 3, 0, 3] && script.effects.isEmpty)
    #expect(script.model.awaitedVariant == 3)
    script.send(.figure(SyntheticRun.snapshot(variant: 3, isStatic: true)))
    #expect(script.model.awaitedVariant == nil)
  }

  @Test("A variant that lacks the site shows the nearest one and remembers the wish")
  func variantWithoutSite() {
    var script = ModelScript()
    script.press(.right, .down)
    #expect(script.place == "2 A3")
    script.run = { SyntheticRun.snapshot(variant: 3, densities: $0, isStatic: true) }
    script.feed()
    #expect(script.place == "2 A1" || script.place == "2 A2")
    script.run = { SyntheticRun.snapshot(densities: $0) }
    script.feed()
    #expect(script.place == "2 A3")
  }

  @Test("d goes through log, linear and equalised density")
  func density() {
    var script = ModelScript()
    var scales: [DensityScale] = []
    for _ in 0..<4 {
      scales.append(script.model.scale)
      script.press("d")
    }
    #expect(scales == [.log, .linear, .equalised, .log])
  }

  @Test("Zoom halves the range, panning moves by a quarter of it, and 0 fits the data again")
  func zoomAndPan() {
    var script = ModelScript()
    script.press("+", "+", "L", "K", .shiftUp)
    #expect(script.model.viewport == Viewport(centerX: 0.25, centerY: 0.5, exponent: 0))
    script.press("-")
    #expect(script.model.viewport?.exponent == 1)
    script.press("0")
    #expect(script.model.viewport == nil)
  }

  @Test("Zooming has an end on either side")
  func zoomEnds() {
    var script = ModelScript()
    for _ in 0..<200 { script.send(.key("+")) }
    let nearest = script.model.viewport?.exponent ?? 0
    for _ in 0..<200 { script.send(.key("-")) }
    let fit = script.model.fit(of: script.model.site?.site.id ?? 0).exponent
    #expect(nearest == fit - 12)
    #expect(script.model.viewport?.exponent == fit + 8)
    #expect(script.screen().size == CellSize(columns: 120, rows: 40))
  }

  @Test("A frozen screen holds its data while the run goes on, and shows the newest after f")
  func freeze() {
    var script = ModelScript(run: { SyntheticRun.snapshot(images: 100, densities: $0) })
    script.press("f")
    script.run = { SyntheticRun.snapshot(images: 500, densities: $0) }
    script.feed()
    #expect(script.model.shown?.progress.done == 100)
    #expect(script.model.live?.progress.done == 500)
    #expect(ScreenText.text(of: script.screen()).contains("FROZEN at 100 images"))
    script.press("f")
    #expect(script.model.shown?.progress.done == 500)
  }

  @Test("A frozen screen that moves to a site it does not hold is frozen anew there")
  func freezeMoves() {
    var script = ModelScript(run: { SyntheticRun.snapshot(images: 100, densities: $0) })
    script.press("f")
    script.run = { SyntheticRun.snapshot(images: 500, densities: $0) }
    script.press(.right)
    #expect(script.model.isFrozen)
    #expect(script.model.shown?.progress.done == 500)
    #expect(script.model.shown?.density(of: script.model.site?.site.id ?? -1) != nil)
  }

  @Test("Export is asked for once at a time, and its end is said until the next key")
  func export() {
    var script = ModelScript()
    script.press("e", "e")
    #expect(script.effects == [.export])
    script.send(.exported(folder: "out"))
    #expect(script.model.notice == Model.Notice(text: "exported to out", isError: false))
    script.press(.right)
    #expect(script.model.notice == nil)
    script.press("e")
    script.send(.exportFailed("disk full"))
    #expect(script.model.notice?.isError == true)
    #expect(script.effects == [.export, .export])
  }

  @Test("An export's figures are of what is on view: site, bars, density, and what is compared")
  func exportedView() {
    var script = ModelScript()
    script.press(.right, "b", "d")
    var view = script.model.exportedView
    #expect(view.site == script.model.site?.site && view.site?.place == SitePlace(block: 2, site: "A2"))
    #expect(view.bars == .dynamic && view.scale == .linear && view.partner == nil)
    #expect(view.subject == script.model.subject)
    script.press("=", .enter)
    view = script.model.exportedView
    #expect(view.partner?.subject.variant == 0 && view.partner?.name == "dyrelu-a")
  }

  @Test("The overview's cursor walks its panels; Enter opens one; o and Esc go back")
  func overview() {
    var script = ModelScript()
    script.press(.right, "o")
    #expect(script.place == "1 A2" || script.place == "3 A2")
    script.press(.left, .left)
    #expect(script.place == "1 A2")
    script.press(.down)
    #expect(script.place == "11 A2")
    script.press(.right, .right, .right, .right)
    #expect(script.place == "17 A2")
    script.press(.enter)
    #expect(script.model.screen is ScatterScreen)
    script.press("o", .escape)
    #expect(script.model.screen is ScatterScreen)
    script.press("o", "o")
    #expect(script.model.screen is ScatterScreen)
  }

  @Test("Help lies over any screen and gives it back")
  func help() {
    var script = ModelScript()
    script.press("o", "?")
    #expect(script.page == 0 && script.model.path.covered is OverviewScreen)
    script.press(.down, "d")
    #expect(script.page == 1 && script.model.path.covered is OverviewScreen)
    #expect(script.model.scale == .log)
    script.press(.escape)
    #expect(script.model.screen is OverviewScreen)
  }

  @Test("On a screen that is too small only q acts")
  func tooSmall() {
    var script = ModelScript(columns: 39, rows: 12)
    let before = script.model
    for key: Key in [.right, "v", "o", "d", "f", "e", "?", "+"] { script.send(.key(key)) }
    #expect(script.model == before)
    script.send(.key("q"))
    #expect(script.effects == [.quit])
  }

  @Test("Keys before the first data do no harm", arguments: Set(Screens.all.flatMap { $0.boundKeys }))
  func keysWithoutData(_ key: Key) {
    let size = CellSize(columns: 80, rows: 24)
    let result = update(Model(size: size), .key(key))
    #expect(view(result.model, size: size, capabilities: .full).size == size)
    #expect(result.effects.allSatisfy { $0 == .quit || $0 == .repaint || $0 == .mouse(false) })
  }

  @Test("However far one pans and zooms, the picture is there and near the data")
  func bounds() {
    var script = ModelScript(columns: 80, rows: 24)
    for (key, count): (Key, Int) in [("-", 45), ("L", 200), ("K", 200), ("+", 60), ("H", 500), ("-", 100)] {
      for _ in 0..<count { script.send(.key(key)) }
      let view = script.model.viewport ?? Viewport(exponent: 0)
      let site = script.model.site?.site.id ?? 0
      let reach = 2 * script.model.fit(of: site).halfRange
      #expect(abs(view.centerX) <= reach && abs(view.centerY) <= reach)
      #expect(view.centerX + view.halfRange > view.centerX)
      #expect(script.screen().size == script.model.size)
    }
  }

  @Test("The fitting range only grows with the data, by powers of two")
  func fitGrows() {
    var script = ModelScript(run: { SyntheticRun.snapshot(images: 1000, densities: $0) })
    let site = script.model.site?.site.id ?? -1
    let wide = script.model.fit(of: site)
    script.run = { sites in
      var snapshot = SyntheticRun.snapshot(images: 1000, densities: sites)
      let small = sites.compactMap { site in
        snapshot.density(of: site).map {
          DensityFinding(
            question: .density(site: site), share: 1, images: 1000,
            grid: DensityGrid(xExponent: -3, yExponent: -3, counts: $0.counts), totals: PairTotals())
        }
      }
      snapshot.add(Findings(small))
      return snapshot
    }
    script.feed()
    #expect(script.model.fit(of: site) == wide)
    script.press("0")
    #expect(script.model.fit(of: site).exponent == wide.exponent - 5)
  }
}
