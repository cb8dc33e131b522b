/// The images that a run streams, in a fixed order: found once, read later.
///
/// Folders are searched recursively. A file is a candidate when its name ends in an extension of a decoded format
/// (`jpg jpeg jpe jfif png webp`, any case) or when its first bytes are a decoded format's signature; other files
/// (a README, a CSV) are ignored and counted in ``ignoredFiles``. Names that begin with a dot are never looked at. A file that
/// the user names is always a candidate. Links to folders are followed, but every folder is listed once, under its
/// own name if it lies in the tree: loops end.
///
/// Order: the given paths as given, and below each the byte order of the relative path, so neither locale nor file system matters.
public struct ImageSource: Sendable {
  /// The images.
  public let items: [ImageItem]
  /// Regular files that are no images.
  public let ignoredFiles: Int
  /// Folders and links below the given paths that could not be followed.
  public let failures: [ImageFailure]

  /// Lists the images at `paths` (folders or files).
  ///
  /// `labels` are the model's class labels, by index; the first of equal labels counts.
  /// Throws ``ImageSourceError`` when a path does not exist or cannot be read, or when there is no image at all.
  public init(paths: [String], labels: [String] = []) throws(ImageSourceError) {
    fatalError("paths \(paths), labels \(labels)")
  }
}

/// Why there is nothing to stream.
public enum ImageSourceError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A path given by the user cannot be used; the system's words.
  case unreadable(path: String, words: String)
  /// No image was found; how many other files were seen.
  case noImages(paths: [String], ignoredFiles: Int)

  /// The sentence for the user.
  public var description: String {
    switch self {
    case .unreadable(let path, let words): "\(path): \(words)"
    case .noImages(let paths, let ignoredFiles):
      "no JPEG, PNG or WebP image in \(paths.joined(separator: ", "))"
        + (ignoredFiles == 0 ? "" : " (\(ignoredFiles) other files there)")
    }
  }
}
