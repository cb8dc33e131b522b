import Terminal

/// The row under the cursor of a list whose length may change.
struct ListCursor: Sendable, Equatable {
  private var index = 0

  /// The row, in a list of `count`; 0 in an empty one.
  func row(of count: Int) -> Int { min(index, max(0, count - 1)) }

  /// Moves by some rows, at most to the first and the last.
  mutating func move(by step: Int, in count: Int) {
    index = min(max(row(of: count) + min(max(step, -count), count), 0), max(0, count - 1))
  }

  /// Puts it on a row.
  mutating func set(_ row: Int) { index = max(0, row) }
}

/// A list whose cursor stands on a row by its number.
protocol CursorList: ListScreen {
  var cursor: ListCursor { get set }
  /// Rows now.
  func count(in model: Model) -> Int
}

extension CursorList {
  package mutating func move(by step: Int, in model: inout Model) { cursor.move(by: step, in: count(in: model)) }

  /// The row under the cursor.
  func row(in model: Model) -> Int { cursor.row(of: count(in: model)) }
}
