/// What is known about a source of images besides the images themselves.
public struct SourceListing: Sendable, Equatable, Codable {
  /// A folder with images of its own.
  public struct Folder: Sendable, Equatable, Codable {
    /// Below the root; empty for images that lie there.
    public let path: String
    /// Its images that are in question.
    public let images: Int

    /// A folder.
    public init(path: String, images: Int) {
      self.path = path
      self.images = images
    }
  }

  /// Folders whose images have no class although the model has labels, those with most images first.
  public let unlabelled: [Folder]
  /// Files that are no JPEG, PNG or WebP images, by the ending of their names (`.gif`, small letters, `` for none).
  public let otherFiles: [String: Int]
  /// Which folders' and which stated classes could not be decided, a sentence each.
  public let doubts: [String]
  /// What became of classes that a list or a table states; nil where none does.
  public let matching: LabelMatching?
  /// Images beside which a file stands that should say their class and cannot be read; nil for none.
  public let brokenStatements: Int?

  /// A listing; the order of `unlabelled` does not matter.
  public init(
    unlabelled: [Folder] = [], otherFiles: [String: Int] = [:], doubts: [String] = [], matching: LabelMatching? = nil,
    brokenStatements: Int = 0
  ) {
    self.unlabelled = unlabelled.sorted { ($1.images, $0.path) < ($0.images, $1.path) }
    self.otherFiles = otherFiles
    self.doubts = doubts
    self.matching = matching
    self.brokenStatements = brokenStatements > 0 ? brokenStatements : nil
  }

  /// Whether some of the other files are pictures of formats that are not read.
  public var hasOtherPictures: Bool { otherFiles.keys.contains(where: Self.pictureEndings.contains) }

  /// Endings of formats that are common as pictures and not read.
  private static let pictureEndings: Set<String> = [
    ".bmp", ".gif", ".tif", ".tiff", ".heic", ".heif", ".avif", ".jp2", ".jxl", ".ico", ".ppm", ".pgm", ".pnm", ".tga",
    ".svg", ".psd", ".dng", ".exr", ".hdr", ".raw", ".cr2", ".cr3", ".nef", ".arw", ".npy",
  ]
}
