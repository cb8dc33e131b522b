import ScreenScripts
import SyntheticRuns
import Terminal
import TerminalSentinel

extension GoldenCase {
  /// The screens about dots, images and two subjects.
  static let images: [GoldenCase] = [
    script("cursor-120x40", keys: ["x", "H", "k", "+"]), script("cursor-80x24", 80, 24, keys: ["x", "K"]),
    script("cursor-40x12", 40, 12, keys: ["x", "L"]), script("cursor-ascii-80x24", 80, 24, .ascii, keys: ["x", "+"]),
    script("exemplars-120x40", keys: ["x", "+", "+", "+", "+", .enter, .down]),
    script("exemplars-80x24", 80, 24, keys: ["x", "+", "+", .enter, "m", .down]),
    script("exemplars-40x12", 40, 12, keys: ["x", "+", .enter]),
    script("exemplars-ascii-80x24", 80, 24, .ascii, keys: ["x", "+", "+", .enter, "s"]),
    script("exemplars-none-120x40", keys: ["x", "K", "K", "K", .enter]),
    script("image-120x40", keys: ["x", "+", "+", .enter, .enter, ">", ">", "p", "]"]),
    script("image-80x24", 80, 24, keys: ["i", "]", "t"]), script("image-40x12", 40, 12, keys: ["i", "]"]),
    script("image-ascii-80x24", 80, 24, .ascii, keys: ["i", ">"]),
    script("goto-80x24", 80, 24, keys: [":", "5", " ", "A", "3"]),
    script("goto-nothing-40x12", 40, 12, keys: [":", "z"]),
    script("marks-80x24", 80, 24, keys: ["m", "x", "m", .escape, "i", "m", "'"]),
    script("partners-80x24", 80, 24, keys: ["=", .down]),
    script("compare-120x40", keys: ["=", .down, .down, .enter]),
    script("compare-80x24", 80, 24, keys: ["=", .end, .up, .enter]),
    script("differences-120x40", keys: ["=", .enter, "t", .right, .down]),
    script("differences-40x12", 40, 12, keys: ["=", .end, .enter, "t"]),
    script("light-80x24", 80, 24, .light, keys: [.right]),
    script("difference-light-80x24", 80, 24, .light, keys: ["=", .enter, "="]),
    script("compare-40x12", 40, 12, keys: ["=", .enter]),
    script("difference-120x40", keys: ["=", .down, .down, .enter, "="]),
    script("difference-ascii-80x24", 80, 24, .ascii, keys: ["=", .enter, "="]),
  ]

  private static func script(
    _ name: String, _ columns: Int = 120, _ rows: Int = 40, _ capabilities: Capabilities = .full, keys: [Key]
  ) -> GoldenCase {
    GoldenCase(name: name, capabilities: capabilities) {
      var script = ModelScript(columns: columns, rows: rows)
      for key in keys { script.press(key) }
      return script
    }
  }
}
