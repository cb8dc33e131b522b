import Networks
import PlainText
import Statistics

extension SourceListing {
  /// Folders that are named.
  private static let mostFolders = 5

  /// `folders without a label: Crane (12 images), misc (1 image) and 3 more`; nil where every image has a class, or the
  /// model has no labels.
  public var unlabelledWords: String? {
    guard !unlabelled.isEmpty else { return nil }
    let named = unlabelled.prefix(Self.mostFolders).map { folder in
      "\(folder.path.isEmpty ? "no folder" : folder.path.escaped) (\(folder.images) \(folder.images == 1 ? "image" : "images"))"
    }
    let more = unlabelled.count - named.count
    return "folders without a label: " + named.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
  }

  /// What makes an accuracy doubtful, and pictures that were not looked at: a sentence each.
  public var remarks: [String] {
    warnings + [matchingWords, unlabelledWords, hasOtherPictures ? otherFilesWords : nil].compactMap { $0 }
  }

  /// What could not be decided, a sentence each.
  public var warnings: [String] { doubts + (brokenWords.map { [$0] } ?? []) }

  /// `beside 3 images stands a .cls or .json that says no class ...`; nil where there is none.
  private var brokenWords: String? {
    brokenStatements.map { count in
      "beside \(NumberText.counted(count, "image")) stands a .cls or .json that cannot be read, or says a class in no form "
        + "that is read: the folder's name decides"
    }
  }

  /// `classes of the table: 48 images matched, 1 ambiguous, 1 without a line; 3 lines without an image`; nil where
  /// neither a list nor a table states classes.
  public var matchingWords: String? {
    guard let matching else { return nil }
    func part(_ count: Int, _ words: String) -> String? { count > 0 ? "\(Digits.grouped(count)) \(words)" : nil }
    let images = [
      NumberText.counted(matching.matched, "image") + " matched", part(matching.ambiguous, "ambiguous"),
      part(matching.unmatched, "without a line"),
    ].compactMap { $0 }.joined(separator: ", ")
    let lines =
      matching.unusedLines > 0 ? "; " + NumberText.counted(matching.unusedLines, "line") + " without an image" : ""
    return "classes of the \(matching.source.rawValue): \(images)\(lines)"
  }

  /// `not read: 3 .bmp, 1 .gif, 2 without an ending`, the most first; nil where there is none.
  public var otherFilesWords: String? {
    guard !otherFiles.isEmpty else { return nil }
    let parts = otherFiles.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ending, files in
      "\(files) \(ending.isEmpty ? "without an ending" : ending.escaped)"
    }
    return "not read: " + parts.joined(separator: ", ")
  }
}

extension ClassificationStatistics {
  /// ` of 8 labelled of 12 images`, behind an accuracy; empty where every image has a class.
  public var basis: String {
    labelled < images ? " of \(Digits.grouped(labelled)) labelled of \(Digits.grouped(images)) images" : ""
  }
}
