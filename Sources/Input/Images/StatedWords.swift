import Files
import Networks

/// What a source itself says of the classes of its images.
struct StatedWords: Sendable {
  /// The word for an image, by its place in the order; images that it says nothing of are absent.
  var words: [Int: PathBytes]
  /// The images beside which stands a file that says nothing that can be read.
  var broken: Set<Int> = []
  /// What was matched, where a list or a table tells all classes; nil where names of folders do for images without a
  /// word.
  var matching: LabelMatching?

  /// Whether images without a word have no class.
  var decidesAlone: Bool { matching != nil }

  /// - Parameters:
  ///   - words: What stands beside images, or behind them in a list.
  ///   - broken: The images beside which stands what cannot be read.
  ///   - isList: Whether a list is the source.
  ///   - table: Decides alone where there is one.
  init(
    _ items: [ImageItem], _ words: [Int: PathBytes], broken: Set<Int>, isList: Bool, table: ClassTable?
  ) {
    guard let table else {
      (self.words, self.broken) = (words, broken)
      if isList, !words.isEmpty {
        matching = LabelMatching(source: .list, matched: words.count, unmatched: items.count - words.count)
      }
      return
    }
    let found = table.matches(items.map(\.bytesOfPath))
    self.words = [:]
    for (index, word) in found.words.enumerated() { if let word { self.words[index] = word } }
    matching = LabelMatching(
      source: .table, matched: self.words.count, unmatched: items.count - self.words.count - found.ambiguous,
      ambiguous: found.ambiguous, unusedLines: found.unusedLines)
  }
}
