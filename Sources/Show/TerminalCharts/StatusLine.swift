import Figures
import Terminal

/// How far the run is, on one line whose numbers keep their columns.
public struct StatusLine: Sendable {
  /// The run's progress; nil before anything is known.
  public var progress: RunProgress?
  /// Which part of a run it is, in words; nil for a whole one.
  public var part: String?
  /// Whether the display is held.
  public var isFrozen: Bool

  package init(progress: RunProgress?, part: String? = nil, isFrozen: Bool = false) {
    self.progress = progress
    self.part = part
    self.isFrozen = isFrozen
  }

  /// Draws the line; the less important pieces are left out where the width is short.
  public func draw(in rect: CellRect, capabilities: Capabilities, into buffer: inout CellBuffer) {
    guard !rect.isEmpty else { return }
    let theme = Theme(capabilities: capabilities)
    let end = rect.x + rect.width
    guard let progress else {
      buffer.write("waiting for images", x: rect.x + 1, y: rect.y, limit: end)
      return
    }
    if case .failed(let reason) = progress.state {
      buffer.write(
        CellText.fitted("stopped: " + reason, columns: rect.width - 2), x: rect.x + 1, y: rect.y, style: theme.alarm,
        limit: end)
      return
    }
    var x = rect.x + 1
    if isFrozen { x = buffer.write("FROZEN ", x: x, y: rect.y, style: theme.accent, limit: end) }
    let bar = rect.width >= 110 ? 32 : rect.width >= 70 ? 10 : 0
    if bar > 0 {
      drawBar(progress, x: x, y: rect.y, width: bar, theme: theme, into: &buffer)
      x += bar + 1
    }
    buffer.write(text(for: progress, columns: end - x, wide: rect.width >= 100), x: x, y: rect.y, limit: end)
  }

  private func drawBar(
    _ progress: RunProgress, x: Int, y: Int, width: Int, theme: Theme, into buffer: inout CellBuffer
  ) {
    let through = progress.done + progress.skipped
    let filled = progress.total > 0 ? min(width, through * width / progress.total) : 0
    for column in 0..<width {
      buffer[x + column, y] = column < filled ? Cell("█", theme.bar) : Cell("░", theme.quiet)
    }
  }

  /// The pieces that fit, in their order on the line.
  package func text(for progress: RunProgress, columns: Int, wide: Bool) -> String {
    var pieces = Self.pieces(for: progress, wide: wide)
    if let part { pieces.insert((part, 1), at: 1) }
    func joined() -> String { pieces.map(\.text).joined(separator: " · ") }
    while joined().count > columns, pieces.count > 1 {
      let worst = pieces.map(\.priority).max() ?? 0
      pieces.removeAll { $0.priority == worst }
    }
    return CellText.fitted(joined(), columns: columns)
  }

  private static func pieces(for progress: RunProgress, wide: Bool) -> [(text: String, priority: Int)] {
    let total = NumberText.grouped(progress.total)
    let done = CellText.rightAligned(NumberText.grouped(progress.done), columns: total.count)
    let rate = progress.imagesPerSecond.map { NumberText.grouped(Int($0.rounded())) } ?? NumberText.absent
    let state: String
    switch progress.state {
    case .done: state = CellText.leftAligned("done", columns: 9)
    case .stopped: state = CellText.leftAligned("stopped", columns: 9)
    case .running where progress.done == 0: state = "waiting for images"
    default:
      state = CellText.leftAligned(
        progress.secondsLeft.map { NumberText.duration($0) + " left" } ?? "running", columns: 9)
    }
    var pieces: [(text: String, priority: Int)] = [
      (wide ? "\(done) of \(total) images" : "\(done)/\(total)", 0),
      (CellText.rightAligned(rate, columns: 5) + "/s", 1),
      (state, 4),
    ]
    if let top1 = progress.top1 {
      let share = CellText.rightAligned(NumberText.percent(top1), columns: 7)
      pieces.append((wide ? "top-1 " + share : "top-1" + share, 2))
      // An accuracy of some of the images says of how many, where there is room.
      if let labelled = progress.labelled, labelled < progress.done {
        pieces.append(("\(NumberText.grouped(labelled)) labelled", 4))
      }
    }
    pieces.append(("\(NumberText.grouped(progress.skipped)) skipped", progress.skipped > 0 ? 3 : 5))
    return pieces
  }
}
