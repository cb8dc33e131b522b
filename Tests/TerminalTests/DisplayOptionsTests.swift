import Terminal
import Testing

struct DisplayOptionsTests {
  private func capabilities(
    _ colors: DisplayOptions.ColorUse = .auto, _ look: DisplayOptions.Look? = nil, _ environment: [String: String] = [:]
  ) -> Capabilities {
    DisplayOptions(colors: colors, look: look, environment: environment).capabilities(
      unicode: true, colors: 256, hasDirectColors: false)
  }

  @Test("NO_COLOR takes the colours, unless they are asked for; an empty one says nothing")
  func noColor() {
    #expect(capabilities(.auto, nil, ["NO_COLOR": "1"]).colors == .none)
    #expect(capabilities(.always, nil, ["NO_COLOR": "1"]).colors == .palette256)
    #expect(capabilities(.auto, nil, ["NO_COLOR": ""]).colors == .palette256)
    #expect(capabilities(.never).colors == .none)
  }

  @Test("The look says what is drawn; without one the background's colour decides")
  func look() {
    #expect(capabilities(.auto, .mono).colors == .none && capabilities(.auto, .mono).unicode)
    #expect(!capabilities(.auto, .ascii).unicode)
    #expect(capabilities(.auto, .light).isLight && !capabilities().isLight)
    #expect(capabilities(.auto, nil, ["COLORFGBG": "0;15"]).isLight)
    #expect(!capabilities(.auto, nil, ["COLORFGBG": "15;0"]).isLight)
    #expect(!capabilities(.auto, .dark, ["COLORFGBG": "0;15"]).isLight)
  }

  @Test("24-bit colours where the environment or the description says so, and never more than a terminal has")
  func direct() {
    #expect(capabilities(.auto, nil, ["COLORTERM": "truecolor"]).colors == .direct)
    let plain = DisplayOptions()
    #expect(plain.capabilities(unicode: true, colors: 256, hasDirectColors: true).colors == .direct)
    #expect(plain.capabilities(unicode: true, colors: 8, hasDirectColors: true).colors == .basic)
    #expect(plain.capabilities(unicode: true, colors: 0, hasDirectColors: false).colors == .none)
  }
}
