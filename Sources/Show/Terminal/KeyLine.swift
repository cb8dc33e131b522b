/// One key and what it does, in a word and in a sentence.
public struct KeyHint: Sendable, Equatable {
  /// The keys as they are shown.
  public var keys: String
  /// One word for the line of keys.
  public var name: String
  /// The sentence for the help screen.
  public var help: String
  /// Hints with the highest ranks leave the line of keys first where room is short; 0 always stays.
  public var rank: Int

  package init(keys: String, name: String, help: String, rank: Int) {
    self.keys = keys
    self.name = name
    self.help = help
    self.rank = rank
  }
}

/// The line of keys at the bottom.
public struct KeyLine: Sendable {
  /// What it shows, from left to right.
  public var hints: [KeyHint]

  /// Creates a line.
  public init(hints: [KeyHint]) { self.hints = hints }

  /// Draws keys with their names, or keys alone where the width is short; the highest ranks are left out.
  public func draw(in rect: CellRect, capabilities: Capabilities, into buffer: inout CellBuffer) {
    guard !rect.isEmpty else { return }
    let named = rect.width >= 60
    let gap = rect.width >= 100 ? 2 : 1
    var shown = hints
    func width() -> Int {
      shown.reduce(0) { $0 + $1.keys.count + (named ? $1.name.count + 1 : 0) + gap } - gap
    }
    while width() > rect.width - 2, let worst = shown.map(\.rank).max(), worst > 0,
      let index = shown.lastIndex(where: { $0.rank == worst })
    {
      shown.remove(at: index)
    }
    var x = rect.x + 1
    for hint in shown {
      x = buffer.write(hint.keys, x: x, y: rect.y, style: .bold, limit: rect.x + rect.width)
      if named { x = buffer.write(" " + hint.name, x: x, y: rect.y, limit: rect.x + rect.width) }
      x += gap
    }
  }
}
