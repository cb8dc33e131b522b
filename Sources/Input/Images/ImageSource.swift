import Files
import Networks

/// The images that a run streams, in a fixed order: found once, read later.
///
/// Folders are searched recursively. A file is a candidate when its name ends in an extension of a decoded format (`jpg
/// jpeg jpe jfif png webp`, any case) or when its first bytes are a decoded format's signature; other files (a README,
/// a CSV) are ignored and counted in ``ignoredFiles``. Names that begin with a dot are never looked at. A file that the
/// user names is always a candidate. Links to folders are followed, but every folder is listed once, under its own name
/// if it lies in the tree: loops end.
///
/// Order: the given paths as given, and below each the byte order of the relative path, so neither locale nor file
/// system matters.
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
    let classes = ClassLabels(labels)
    var walk = FolderWalk()
    var items: [ImageItem] = []
    func add(_ relative: PathBytes, below root: String, rootName: PathBytes?) {
      let text = String(decoding: relative, as: UTF8.self)
      items.append(
        ImageItem(
          root: root, relativePath: text, rawRelativePath: text.utf8.elementsEqual(relative) ? nil : relative,
          identity: ImageIdentity(
            ordinal: items.count, key: stableHash(relative), label: classes.label(of: relative, rootName: rootName))))
    }
    for path in paths {
      let bytes = PathBytes(path.utf8)
      guard let status = FileStatus(bytes) else { throw .unreadable(path: path, words: systemWords()) }
      if status.kind == .folder {
        guard let found = walk.search(bytes, identity: status.identity) else {
          throw .unreadable(path: path, words: systemWords())
        }
        let name = resolved(bytes).flatMap(lastComponent)
        for relative in found { add(relative, below: path, rootName: name) }
      } else {
        let slash = bytes.lastIndex(of: UInt8(ascii: "/"))
        let root = slash.map { String(decoding: bytes[...$0], as: UTF8.self) } ?? ""
        let name = resolved(PathBytes((root.isEmpty ? "." : root).utf8)).flatMap(lastComponent)
        add(PathBytes(slash.map { bytes[($0 + 1)...] } ?? bytes[...]), below: root, rootName: name)
      }
    }
    guard !items.isEmpty else { throw .noImages(paths: paths, ignoredFiles: walk.ignoredFiles) }
    self.items = items
    ignoredFiles = walk.ignoredFiles
    failures = walk.failures
  }
}

/// A path's last name; nil for the root of the file system.
private func lastComponent(_ path: PathBytes) -> PathBytes? {
  path.split(separator: UInt8(ascii: "/")).last.map(PathBytes.init)
}

/// Finds the class that a folder names.
private struct ClassLabels {
  private let indices: [PathBytes: Int]

  init(_ labels: [String]) {
    indices = Dictionary(
      labels.enumerated().map { (PathBytes($1.utf8), $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The class of the innermost folder that bears a label: the folders of the relative path, then the root's own name.
  func label(of relative: PathBytes, rootName: PathBytes?) -> Int? {
    guard !indices.isEmpty else { return nil }
    for folder in relative.split(separator: UInt8(ascii: "/")).dropLast().reversed() {
      if let index = indices[PathBytes(folder)] { return index }
    }
    return rootName.flatMap { indices[$0] }
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
