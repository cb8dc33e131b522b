import Terminal

/// What keys can do.
package enum Action: Sendable, Equatable {
  case stepBlocks(Int)
  case stepSites(Int)
  case stepVariants(Int)
  case stepMatches(Int)
  case page(Int), edge(Int)
  case overview, sites, filter, open, density, fit, aspect, freeze, export, help, back, repaint, quit
  case zoom(Int)
  case pan(x: Int, y: Int)
}

/// The one table of keys: what they do, the line of keys and the help all come from it.
package enum KeyTable {
  package struct Row: Sendable {
    /// Keys as shown, name, sentence and rank on the line of keys; an empty name keeps it off that line.
    package let hint: KeyHint
    package let actions: [(keys: [Key], action: Action)]
  }

  package static let rows: [Row] = [
    row(
      "←→", "block", "h l: previous, next block", 1,
      [
        ([.left, "h"], .stepBlocks(-1)), ([.right, "l"], .stepBlocks(1)),
      ]),
    row(
      "↑↓", "site", "k j: previous, next activation site in the block", 1,
      [
        ([.up, "k"], .stepSites(-1)), ([.down, "j"], .stepSites(1)),
      ]),
    row(
      "v", "variant", "next variant gets the workers (V: the previous one)", 2,
      [
        (["v"], .stepVariants(1)), (["V"], .stepVariants(-1)),
      ]),
    row("o", "overview", "every other block on one screen", 2, [(["o"], .overview)]),
    row(
      "s", "sites", "list of all activation sites (PgUp, PgDn, Home and End move in it, too)", 4,
      [
        (["s"], .sites), ([.pageUp], .page(-1)), ([.pageDown], .page(1)), ([.home], .edge(-1)), ([.end], .edge(1)),
      ]),
    row("/", "filter", "narrow the list: type words that the sites' names or kinds hold", 3, [(["/"], .filter)]),
    row(
      "n N", "", "next, previous site that the last filter leaves", 9,
      [
        (["n"], .stepMatches(1)), (["N"], .stepMatches(-1)),
      ]),
    row("Enter", "", "open what is under the cursor of overview or list", 9, [([.enter], .open)]),
    row("d", "density", "density scale: log, linear, equalised", 3, [(["d"], .density)]),
    row("+-", "zoom", "halve, double the range", 4, [(["+", "="], .zoom(1)), (["-", "_"], .zoom(-1))]),
    row("f", "freeze", "hold the display; the data go on", 3, [(["f"], .freeze)]),
    row("e", "export", "write the CSV and JSON files", 2, [(["e"], .export)]),
    row(
      "HJKL", "pan", "or Shift and arrows: move the range left, down, up, right", 6,
      [
        (["H", .shiftLeft], .pan(x: -1, y: 0)), (["J", .shiftDown], .pan(x: 0, y: -1)),
        (["K", .shiftUp], .pan(x: 0, y: 1)), (["L", .shiftRight], .pan(x: 1, y: 0)),
      ]),
    row("0", "fit", "fit the range to the data", 5, [(["0"], .fit)]),
    row("a", "aspect", "equal lengths for a unit of x and y", 7, [(["a"], .aspect)]),
    row("?", "help", "this help", 0, [(["?"], .help)]),
    row("Esc", "", "back from help, overview or list; first clears its filter", 9, [([.escape], .back)]),
    row("Ctrl-L", "", "draw the screen anew", 9, [([.control("l")], .repaint)]),
    row("q", "quit", "leave (or Ctrl-C)", 0, [(["q", .control("c")], .quit)]),
  ]

  /// What a key does; nil for keys without a meaning.
  package static func action(for key: Key) -> Action? { actions[key] }

  /// Every key, for the help.
  package static var helpHints: [KeyHint] { rows.map(\.hint) }

  /// The keys of the line at the bottom.
  package static var lineHints: [KeyHint] { helpHints.filter { !$0.name.isEmpty } }

  /// The line of keys in the overview.
  package static let overviewHints: [KeyHint] = [
    KeyHint(keys: "←→↑↓", name: "move", help: "", rank: 1),
    KeyHint(keys: "Enter", name: "opens the block", help: "", rank: 0),
    KeyHint(keys: "o", name: "back", help: "", rank: 1), KeyHint(keys: "v", name: "variant", help: "", rank: 2),
    KeyHint(keys: "d", name: "density", help: "", rank: 3), KeyHint(keys: "?", name: "help", help: "", rank: 0),
    KeyHint(keys: "q", name: "quit", help: "", rank: 0),
  ]

  /// The line of keys in the list of sites.
  package static let listHints: [KeyHint] = [
    KeyHint(keys: "↑↓", name: "move", help: "", rank: 1), KeyHint(keys: "Enter", name: "opens", help: "", rank: 0),
    KeyHint(keys: "/", name: "filter", help: "", rank: 0), KeyHint(keys: "←→", name: "block", help: "", rank: 3),
    KeyHint(keys: "Esc", name: "back", help: "", rank: 1), KeyHint(keys: "v", name: "variant", help: "", rank: 4),
    KeyHint(keys: "?", name: "help", help: "", rank: 0), KeyHint(keys: "q", name: "quit", help: "", rank: 0),
  ]

  /// The same while a filter is typed.
  package static let typingHints: [KeyHint] = [
    KeyHint(keys: "Enter", name: "opens", help: "", rank: 0), KeyHint(keys: "↑↓", name: "move", help: "", rank: 1),
    KeyHint(keys: "Esc", name: "clears, then leaves", help: "", rank: 0),
    KeyHint(keys: "Ctrl-C", name: "quit", help: "", rank: 2),
  ]

  private static let actions: [Key: Action] = Dictionary(
    uniqueKeysWithValues: rows.flatMap { row in row.actions.flatMap { entry in entry.keys.map { ($0, entry.action) } } }
  )

  private static func row(
    _ keys: String, _ name: String, _ help: String, _ rank: Int, _ actions: [(keys: [Key], action: Action)]
  ) -> Row {
    Row(hint: KeyHint(keys: keys, name: name, help: help, rank: rank), actions: actions)
  }
}
