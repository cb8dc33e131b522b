import ScreenScripts
import SyntheticRuns
import Terminal
import TerminalSentinel

extension GoldenCase {
  /// The screens about channels.
  static let channels: [GoldenCase] = [
    script("channels-120x40", keys: [.right, .right, "c", .down, .down]),
    script("channels-80x24", 80, 24, keys: [.right, .right, "c", "S", "S", .down]),
    script("channels-40x12", 40, 12, keys: ["c", "s", "s"]),
    script("channels-ascii-80x24", 80, 24, .ascii, keys: ["c", "s"]),
    script("channels-filter-80x24", 80, 24, keys: ["c", "/", "l", "e"]),
    script("channels-three-functions-120x40", functions: 3, keys: ["c"]),
    GoldenCase(name: "channels-of-a-curve-80x24") {
      var script = ModelScript(columns: 80, rows: 24, run: { ForeignRun.snapshot(densities: $0) })
      script.press(.left, "c")
      return script
    },
    script("channel-120x40", keys: [.right, .right, "c", .enter]),
    script("channel-80x24", 80, 24, keys: ["c", .down, .enter]),
    script("channel-40x12", 40, 12, keys: ["c", .down, .down, .enter]),
    script("channel-ascii-80x24", 80, 24, .ascii, keys: ["c", .enter]),
    script("help-over-channels-120x40", keys: ["c", "?"]),
  ]

  /// The network of the paper after some keys.
  static func script(
    _ name: String, _ columns: Int = 120, _ rows: Int = 40, _ capabilities: Capabilities = .full, functions: Int = 2,
    keys: [Key]
  ) -> GoldenCase {
    GoldenCase(name: name, capabilities: capabilities) {
      var script = ModelScript(
        columns: columns, rows: rows, run: { SyntheticRun.snapshot(densities: $0, functions: functions) })
      for key in keys { script.press(key) }
      return script
    }
  }
}
