import App
import ScreenScripts
import SyntheticRuns
import Terminal
import TerminalSentinel
import Testing

/// A golden screen: its name, and how to get there.
struct GoldenCase: Sendable, CustomTestStringConvertible {
  var name: String
  var capabilities = Capabilities.full
  var script: @Sendable () -> ModelScript
  var testDescription: String { name }

  static let all: [GoldenCase] = [
    GoldenCase(name: "scatter-120x40") { ModelScript() },
    GoldenCase(name: "scatter-80x24") { ModelScript(columns: 80, rows: 24) },
    GoldenCase(name: "scatter-40x12") { ModelScript(columns: 40, rows: 12) },
    GoldenCase(name: "overview-120x40") {
      var script = ModelScript()
      script.press("o", .right)
      return script
    },
    GoldenCase(name: "help-120x40") {
      var script = ModelScript()
      script.press("?")
      return script
    },
    GoldenCase(name: "help-40x12") {
      var script = ModelScript(columns: 40, rows: 12)
      script.press("?", .down)
      return script
    },
    GoldenCase(name: "help-over-overview-80x24") {
      var script = ModelScript(columns: 80, rows: 24)
      script.press("o", "?")
      return script
    },
    GoldenCase(name: "help-over-sites-120x40") { foreign(keys: ["s", "?"]) },
    GoldenCase(name: "too-small-30x8") { ModelScript(columns: 30, rows: 8) },
    GoldenCase(name: "ascii-80x24", capabilities: .ascii) { ModelScript(columns: 80, rows: 24) },
    GoldenCase(name: "mono-80x24", capabilities: .mono) { ModelScript(columns: 80, rows: 24) },
    GoldenCase(name: "eight-colours-80x24", capabilities: .basic) { ModelScript(columns: 80, rows: 24) },
    GoldenCase(name: "before-first-image-120x40") {
      ModelScript(run: { SyntheticRun.snapshot(images: 0, densities: $0) })
    },
    GoldenCase(name: "one-function-80x24") {
      var script = ModelScript(columns: 80, rows: 24)
      script.press(.down)
      return script
    },
    GoldenCase(name: "static-relu-120x40") {
      ModelScript(run: { SyntheticRun.snapshot(variant: 3, densities: $0, isStatic: true) })
    },
    GoldenCase(name: "frozen-zoomed-120x40") {
      var script = ModelScript(run: { SyntheticRun.snapshot(images: 400, densities: $0) })
      script.press("f", "+", "L", "a", "d")
      script.run = { SyntheticRun.snapshot(images: 700, densities: $0) }
      script.feed()
      script.send(.exported(folder: "dyviz-export"))
      return script
    },
    GoldenCase(name: "sites-120x40") { foreign(keys: [.right, "s", .down]) },
    GoldenCase(name: "sites-without-names-120x40") {
      var script = ModelScript()
      script.press("s")
      return script
    },
    GoldenCase(name: "sites-80x24") { foreign(columns: 80, rows: 24, keys: ["s", .end]) },
    GoldenCase(name: "sites-filter-80x24") { foreign(columns: 80, rows: 24, keys: typing("layer2 SE")) },
    GoldenCase(name: "sites-filter-40x12") { foreign(columns: 40, rows: 12, keys: typing("act3")) },
    GoldenCase(name: "sites-no-match-40x12", capabilities: .ascii) {
      foreign(columns: 40, rows: 12, keys: typing("resnet"))
    },
    GoldenCase(name: "curve-120x40") { foreign(keys: typing("conv_stem") + [.enter]) },
    GoldenCase(name: "curve-40x12") { foreign(columns: 40, rows: 12, keys: typing("h-swish") + [.enter]) },
    GoldenCase(name: "maxout-80x24") { foreign(columns: 80, rows: 24, keys: typing("maxout") + [.enter]) },
    GoldenCase(name: "excitation-120x40") { foreign(isDynamic: false, keys: []) },
    GoldenCase(name: "named-blocks-overview-120x40") { foreign(keys: ["o"]) },
    GoldenCase(name: "what-if-120x40") {
      var script = ModelScript()
      script.press("w", "w", "a", .up)
      return script
    },
    GoldenCase(name: "what-if-80x24") { foreign(columns: 80, rows: 24, keys: ["w"]) },
    GoldenCase(name: "what-if-40x12", capabilities: .ascii) {
      var script = ModelScript(columns: 40, rows: 12)
      script.press("w", "s")
      return script
    },
    GoldenCase(name: "changed-images-80x24") {
      var script = ModelScript(columns: 80, rows: 24)
      script.press("w", .down, .down, .down, .enter, .down)
      return script
    },
  ]
}

/// The network that nobody foresaw after some keys.
private func foreign(columns: Int = 120, rows: Int = 40, isDynamic: Bool = true, keys: [Key]) -> ModelScript {
  var script = ModelScript(
    columns: columns, rows: rows, run: { ForeignRun.snapshot(densities: $0, isDynamic: isDynamic) })
  for key in keys { script.press(key) }
  return script
}

/// The keys that filter the list of sites.
private func typing(_ text: String) -> [Key] { ["/"] + text.unicodeScalars.map { .character($0) } }

struct ViewTests {
  @Test(
    "Screens are the golden ones",
    arguments: GoldenCase.all + GoldenCase.channels + GoldenCase.bars + GoldenCase.images)
  func golden(_ item: GoldenCase) throws {
    let actual = ScreenText.text(of: item.script().screen(item.capabilities))
    #expect(try actual == GoldenScreens.expected(item.name, actual: actual))
  }

  @Test("No size crashes any screen, and a screen has its terminal's size")
  func everySize() {
    for keys: [Key] in [[], ["o"], ["?"], ["s"], ["/", "A", "2"]] {
      for capabilities in [Capabilities.full, .ascii] {
        // Nine densities at two thousand sizes would take their time and show no more than one does.
        var script = ModelScript(run: { SyntheticRun.snapshot(densities: keys.isEmpty ? $0 : []) })
        for key in keys { script.press(key) }
        for rows in 0...30 {
          for columns in 0...60 {
            let size = CellSize(columns: columns, rows: rows)
            #expect(view(script.model, size: size, capabilities: capabilities).size == size)
          }
        }
      }
    }
  }

  @Test("Large terminals are filled", arguments: [CellSize(columns: 200, rows: 60), CellSize(columns: 400, rows: 120)])
  func large(_ size: CellSize) {
    let screen = view(ModelScript().model, size: size, capabilities: .full)
    #expect(ScreenText.text(of: screen).contains("▄") || screen.cells.contains { $0.glyph == "▀" })
    #expect(screen[size.columns - 1, size.rows - 3].glyph == "┘")
  }

  @Test("A terminal without UTF-8 gets ASCII only")
  func asciiOnly() {
    for keys: [Key] in [[], ["o"], ["?"], ["s"], ["/", "A", "2"]] {
      var script = ModelScript()
      for key in keys { script.press(key) }
      #expect(script.screen(.ascii).cells.allSatisfy { $0.glyph.isASCII })
    }
  }

  @Test("A terminal without colours gets none")
  func noColours() {
    let cells = ModelScript().screen(.mono).cells
    #expect(cells.allSatisfy { $0.style.foreground == .standard && $0.style.background == .standard })
  }

  @Test("Before anything is known there are axes and a word about it")
  func beforeTheRun() {
    let screen = view(
      Model(size: CellSize(columns: 80, rows: 24)), size: CellSize(columns: 80, rows: 24), capabilities: .full)
    #expect(ScreenText.text(of: screen).contains("waiting for images"))
    #expect(screen.cells.contains { $0.glyph == "┤" })
  }

  @Test("A site without a slope difference leaves a gap among the bars, not a bar of height 0")
  func gap() {
    var script = ModelScript()
    script.press(.right, .up)
    #expect(script.place == "2 A1")
    let screen = script.screen()
    // Pitch 5 from column 7 on: the stem, then block 1, which has no A1, then block 2.
    let lowest = 40 - 3 - 2
    #expect(screen[9, lowest].glyph == "█")
    #expect((12..<17).allSatisfy { screen[$0, lowest].glyph == " " })
    #expect(screen[19, lowest].glyph == "█")
  }

  @Test(
    "Long and wide names leave the panes whole", arguments: [(120, 40), (80, 24), (64, 18), (40, 12)],
    [[], ["o"], ["s"], ["/", "l"]] as [[Key]])
  func longNames(size: (columns: Int, rows: Int), keys: [Key]) {
    let long = String(repeating: "stage.漢é", count: 40)
    let sites = (0..<6).map {
      ForeignRun.site(
        $0, block: $0 / 2 + 1, name: "\(long)layer\($0 / 2)", "\(long)act\($0 % 2)", functions: 2,
        source: .hyper(ForeignRun.hyper(2)))
    }
    var script = ModelScript(
      columns: size.columns, rows: size.rows, run: { ForeignRun.snapshot(sites, densities: $0) })
    for key in keys { script.press(key) }
    let screen = script.screen()
    #expect(screen.cells.allSatisfy { $0.glyph.value < 0x1100 || (0x2000...0x2FFF).contains($0.glyph.value) })
    guard size.columns >= 64 else { return }
    // The outermost frame is unbroken, whatever the names.
    for row in 2..<size.rows - 4 where !["┐", "┘", " "].contains(screen[size.columns - 1, row].glyph) {
      #expect(screen[size.columns - 1, row].glyph == "│")
    }
    #expect(screen[0, 1].glyph == "┌")
    // What tells blocks and sites apart is their names' ends.
    if keys == ["s"] { #expect(ScreenText.text(of: screen).contains("act1")) }
  }

  @Test("Names from files cannot move the cursor")
  func hostileNames() {
    let script = ModelScript(run: { sites in
      var snapshot = SyntheticRun.snapshot(densities: sites)
      snapshot.model = "\u{1B}[2Jmodel\n漢字.bin"
      snapshot.variants[1] = "a\u{0301}\u{07}"
      return snapshot
    })
    #expect(
      script.screen().cells.allSatisfy { $0.glyph.value >= 0x20 && $0.glyph.properties.generalCategory != .control })
    #expect(ScreenText.text(of: script.screen()).contains("?[2Jmodel???.bin ▸ ??"))
  }
}
