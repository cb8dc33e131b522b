/// What became of classes that a list or a table states for the images of a source.
public struct LabelMatching: Sendable, Equatable, Codable {
  /// Where the classes stand.
  public enum Source: String, Sendable, Codable {
    case list, table
  }

  /// Where they stand.
  public let source: Source
  /// Images with one line, or with several of one class.
  public let matched: Int
  /// Images without a line.
  public let unmatched: Int
  /// Images that several lines with different classes may mean, or whose line may mean others too: they have no class.
  public let ambiguous: Int
  /// Lines that no image was found for.
  public let unusedLines: Int

  /// What became of them.
  public init(source: Source, matched: Int, unmatched: Int, ambiguous: Int = 0, unusedLines: Int = 0) {
    (self.source, self.matched, self.unmatched) = (source, matched, unmatched)
    (self.ambiguous, self.unusedLines) = (ambiguous, unusedLines)
  }

  /// Whether no number is negative.
  public var isPossible: Bool { [matched, unmatched, ambiguous, unusedLines].allSatisfy { $0 >= 0 } }
}
