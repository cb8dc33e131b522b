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
      "\(folder.path.escaped) (\(folder.images) \(folder.images == 1 ? "image" : "images"))"
    }
    let more = unlabelled.count - named.count
    return "folders without a label: " + named.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
  }

  /// What makes an accuracy doubtful, and pictures that were not looked at: a sentence each.
  public var remarks: [String] {
    doubts + [unlabelledWords, hasOtherPictures ? otherFilesWords : nil].compactMap { $0 }
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
