import App
import Figures
import Foundation
import ScreenScripts
import Statistics
import SyntheticRuns
import Terminal
import TerminalSentinel
import Testing

@Suite struct ChannelsTests {
  private func script(
    columns: Int = 120, rows: Int = 40, run: ((Set<Int>) -> RunFigure)? = nil, keys: [Key] = ["c"]
  ) -> ModelScript {
    var script =
      run.map { ModelScript(columns: columns, rows: rows, run: $0) } ?? ModelScript(columns: columns, rows: rows)
    for key in keys { script.press(key) }
    return script
  }

  private func typed(_ text: String) -> [Key] { ["/"] + text.unicodeScalars.map { .character($0) } }

  /// The rows of the list: what stands between the frame's sides.
  private func rows(_ script: ModelScript) -> [String] {
    let screen = script.screen()
    return (4..<screen.size.rows - 3).map { row in
      String((1..<screen.size.columns - 1).map { Character(screen[$0, row].glyph) })
    }.filter { !$0.allSatisfy { $0 == " " } }
  }

  /// The channels of the rows that are visible, in order.
  private func channels(_ script: ModelScript) -> [Int] {
    rows(script).compactMap { row in row.split { $0 == " " || $0 == "▸" }.first.flatMap { Int($0) } }
  }

  private func cursor(_ script: ModelScript) -> Int? {
    rows(script).first { $0.hasPrefix("▸") }?.split { $0 == " " || $0 == "▸" }.first.flatMap { Int($0) }
  }

  private func line(_ row: Int, _ script: ModelScript) -> String {
    let screen = script.screen()
    return String((0..<screen.size.columns).map { Character(screen[$0, row].glyph) })
  }

  @Test("c asks what the channels of the site do, how far by class, and for the density that says what range matters")
  func questions() {
    var script = script()
    let site = script.model.site?.site.id ?? -1
    #expect(
      script.model.questions == [
        .channels(site: site), .slopeClasses(site: site, classes: 10), .density(site: site),
      ])
    script.press("c")
    #expect(script.model.screen is ScatterScreen)
    script.press("c", .escape)
    #expect(script.model.screen is ScatterScreen)
  }

  @Test("The first line counts the kinds of functions, the commonest first")
  func kinds() {
    let headline = line(2, script())
    #expect(headline.contains("32 channels: "))
    let counts = headline.split(separator: ": ").last?.split(separator: ",")
      .compactMap { $0.split(separator: " ").first.flatMap { Int($0) } }
    #expect(counts == counts?.sorted(by: >) && counts?.reduce(0, +) == 32)
  }

  @Test("s sorts by the next column and S by the one before, the largest first; the cursor goes to the first row")
  func sorting() throws {
    var script = script(keys: ["c", .down, .down])
    #expect(channels(script).prefix(4) == [0, 1, 2, 3] && cursor(script) == 2)
    script.press("S")
    #expect(line(3, script).contains("▾by class") || line(3, script).contains("▾outputs"))
    script.press("s", "s", "s", "s", "s")
    #expect(line(3, script).contains("▾|a1-a2|"))
    let numbers = rows(script).compactMap { row in
      row.components(separatedBy: " ").filter { !$0.isEmpty && !["▸", "±"].contains($0) }.dropFirst(6).first.flatMap {
        Double($0)
      }
    }
    #expect(numbers.count > 20 && numbers == numbers.sorted(by: >))
    #expect(cursor(script) == channels(script).first)
    script.press("s")
    #expect(line(3, script).contains("▾on a1"))
  }

  @Test("A filter leaves kinds and numbers while letters are typed; Esc clears it, then leaves")
  func filter() {
    var script = script(keys: ["c"] + typed("v"))
    #expect(line(2, script).contains("/ v_") && line(2, script).contains("of 32"))
    #expect(rows(script).allSatisfy { $0.contains(" V ") } && channels(script).count > 1)
    script.press(" ", "8")
    #expect(channels(script) == [8])
    script.press(.control("u"), "x")
    #expect(rows(script).contains { $0.contains("no channel matches; Esc clears") })
    script.press(.escape)
    #expect(channels(script).count > 20 && script.model.screen is ChannelsScreen)
    script.press(.escape)
    #expect(script.model.screen is ScatterScreen)
  }

  @Test("Arrows and n walk to the channels of other blocks and sites, and the same channel stays under the cursor")
  func walking() {
    var script = script(keys: ["c", .down, .down, .down, .right])
    #expect(script.place == "2 A2" && script.model.screen is ChannelsScreen && cursor(script) == 3)
    script.press("n")
    #expect(script.place == "2 A3" && cursor(script) == 3)
    script.press("N", "N", .left)
    #expect(script.place == "1 A2")
  }

  @Test(
    "Enter opens the channel under the cursor, arrows go on in the list's order, Esc returns to the row they led to")
  func scatter() {
    var script = script(keys: ["c"] + typed("leaky") + [.enter])
    let leaky = Array(stride(from: 1, to: 32, by: 8))
    let site = script.model.site?.site.id ?? -1
    func asked() -> [Int] {
      script.model.questions.compactMap {
        if case .channelDensity(site, let channel) = $0 { channel } else { nil }
      }
    }
    #expect(script.model.screen is ChannelScreen && asked() == [leaky[0]])
    script.press(.down, .down)
    #expect(asked() == [leaky[2]])
    script.press(.up)
    #expect(asked() == [leaky[1]])
    script.press(.escape)
    #expect(script.model.screen is ChannelsScreen && cursor(script) == leaky[1])
  }

  @Test("The scatter's keys are those of a site's: zoom, pan, fit, density")
  func scatterKeys() {
    var script = script(keys: ["c", .enter, "+", "L", "d"])
    #expect(script.model.viewport?.exponent == 1 && script.model.scale == .linear)
    script.press("0")
    #expect(script.model.viewport == nil)
  }

  @Test("A curve and a Maxout have no slopes, and the list says so", arguments: ["h-swish", "maxout"])
  func withoutSlopes(_ kind: String) {
    let keys = typed(kind) + [.enter, "c"]
    var script = script(run: { ForeignRun.snapshot(densities: $0) }, keys: keys)
    #expect(line(2, script).lowercased().contains("96 channels, \(kind): no slopes"))
    #expect(!line(3, script).contains("a1") && line(3, script).contains("outputs"))
    script.press("s", "s", "s", "s", .enter)
    #expect(script.model.screen is ChannelScreen)
  }

  @Test("How far the pass is stands at the line's end, and what is known shows")
  func progress() {
    var script = script()
    var figure = SyntheticRun.snapshot()
    figure.names = SyntheticRun.names
    for question in script.model.questions where !question.isStanding {
      figure.late[question] = RunProgress(state: .running, done: 640, total: 1000)
    }
    script.send(.figure(figure))
    #expect(line(2, script).contains("640 of 1,000 images") && rows(script).contains { $0.contains("no image yet") })
    #expect(!script.model.hasWhatItWants && script.model.isStreaming)
  }

  @Test("No size crashes the screens")
  func everySize() {
    for keys: [Key] in [["c"], ["c", .enter]] {
      let model = script(keys: keys).model
      for capabilities in [Capabilities.full, .ascii] {
        for rows in stride(from: 0, through: 30, by: 3) {
          for columns in stride(from: 0, through: 130, by: 5) {
            let size = CellSize(columns: columns, rows: rows)
            #expect(view(model, size: size, capabilities: capabilities).size == size)
          }
        }
      }
    }
  }
}
