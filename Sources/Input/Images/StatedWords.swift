import Files
import Networks

/// What a source itself says of the classes of its images.
struct StatedWords: Sendable {
  /// The word for an image, by its place in the order; images that it says nothing of are absent.
  var words: [Int: PathBytes] = [:]
  /// The images beside which stands a file that says nothing that can be read.
  var broken: Set<Int> = []
  /// What was matched, where a list or a table tells all classes; nil where names of folders do for images without a
  /// word.
  var matching: LabelMatching?

  /// Whether images without a word have no class.
  var decidesAlone: Bool { matching != nil }

  /// - Parameters:
  ///   - statements: What stands beside images, or behind them in a list, by their places.
  ///   - isList: Whether a list is the source.
  ///   - table: Decides alone where there is one.
  init(
    _ items: [ImageItem], _ statements: [Int: StatedClass.Statement], isList: Bool, table: ClassTable?
  ) {
    guard let table else {
      for (place, statement) in statements {
        switch statement {
        case .word(let word): words[place] = word
        case .broken: broken.insert(place)
        }
      }
      if isList, !words.isEmpty {
        matching = LabelMatching(source: .list, matched: words.count, unmatched: items.count - words.count)
      }
      return
    }
    let found = table.matches(items.map(\.bytesOfPath))
    for (index, word) in found.words.enumerated() { if let word { words[index] = word } }
    matching = LabelMatching(
      source: .table, matched: words.count, unmatched: items.count - words.count - found.ambiguous,
      ambiguous: found.ambiguous, unusedLines: found.unusedLines)
  }
}
