import Terminal

/// One row of a screen's keys: what the line of keys and the help say, and what the keys do.
package struct KeyRow<Owner: Screen>: Sendable {
  /// What a key does to the screen and to what screens share, and what it makes the program do.
  package typealias Deed = @Sendable (inout Owner, inout Model) -> [Effect]

  /// Keys that do the same.
  package struct Stroke: Sendable {
    package let keys: [Key]
    let deed: Deed

    /// Keys that change the screen or what screens share.
    init(_ keys: [Key], does change: @escaping @Sendable (inout Owner, inout Model) -> Void) {
      self.keys = keys
      deed = { owner, model in
        change(&owner, &model)
        return []
      }
    }

    /// Keys that make the program do something, too.
    init(_ keys: [Key], asks deed: @escaping Deed) {
      self.keys = keys
      self.deed = deed
    }
  }

  /// Keys as shown, a word for the line of keys (none keeps the row off it), a sentence for the help.
  package private(set) var hint: KeyHint
  package let strokes: [Stroke]

  /// A row without strokes explains a key that acts on other screens only.
  init(_ keys: String, _ word: String = "", rank: Int = 9, help: String, _ strokes: Stroke...) {
    hint = KeyHint(keys: keys, name: word, help: help, rank: rank)
    self.strokes = strokes
  }

  package var boundKeys: [Key] { strokes.flatMap(\.keys) }

  /// Whether the rows have a key in common.
  func overlaps(_ other: Self) -> Bool { !Set(boundKeys).isDisjoint(with: other.boundKeys) }

  /// The row with another word and rank on the line of keys, and with another sentence where one is given.
  func called(_ word: String, rank: Int, help: String? = nil) -> Self {
    var row = self
    row.hint.name = word
    row.hint.rank = rank
    row.hint.help = help ?? hint.help
    return row
  }

  /// The row in the help only.
  var offLine: Self { called("", rank: 9) }

  /// A screen's own rows, then, off the line of keys, those for everywhere that it does not bind: doors to other
  /// screens, and what all have.
  static func complete(_ own: [Self]) -> [Self] {
    let doors = Screens.doors(besides: own)
    let rest = shared.filter { row in !(own + doors).contains(where: row.overlaps) }
    return own + (doors + rest).map(\.offLine)
  }
}
