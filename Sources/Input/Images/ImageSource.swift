import Files
import Networks
import PlainText

/// The images that a run streams, in a fixed order: found once, read later.
///
/// Folders are searched recursively. A file is a candidate when its name ends in an extension of a decoded format (`jpg
/// jpeg jpe jfif png webp`, any case) or when its first bytes are a decoded format's signature; other files (a README,
/// a CSV, a BMP image) are counted in ``SourceListing/otherFiles``. Names that begin with a dot are never looked at. A
/// file that the user names is always a candidate. Links to folders are followed, but every folder is listed once,
/// under its own name if it lies in the tree: loops end.
///
/// A folder that cannot be listed and a link that leads nowhere are items too: reading one fails with the reason, so a
/// run counts, lists and, where it is strict, refuses them as it does with images.
///
/// Order: the given paths as given, and below each the byte order of the relative path, so neither locale nor file
/// system matters.
public struct ImageSource: Sendable {
  /// The images, and what may hide some.
  public let items: [ImageItem]
  /// What was found beside them, and which of them have no class.
  public let listing: SourceListing

  /// Lists the images at `paths` (folders or files).
  ///
  /// `labels` are the model's class labels, by index, which differ; ``ClassLabels`` says which folder is which class.
  /// Throws ``ImageSourceError`` when a path does not exist or cannot be read, or when there is no image at all.
  public init(paths: [String], labels: [String] = []) throws(ImageSourceError) {
    var walk = FolderWalk()
    var found: [Found] = []
    for path in paths { found += try Self.found(at: path, &walk) }
    guard found.contains(where: { $0.entry.failure == nil }) else {
      throw .noImages(paths: paths, otherFiles: walk.otherFiles.values.reduce(0, +), unread: found.first?.failure)
    }
    let classes = ClassLabels(labels, folders: Set(found.flatMap(\.folders)))
    items = found.enumerated().map { ordinal, one in one.item(ordinal: ordinal, classes: classes) }
    var unlabelled: [String: Int] = [:]
    for (item, one) in zip(items, found) where !labels.isEmpty && one.entry.failure == nil && item.label == nil {
      unlabelled[one.folder, default: 0] += 1
    }
    listing = SourceListing(
      unlabelled: unlabelled.map { SourceListing.Folder(path: $0.key, images: $0.value) },
      otherFiles: walk.otherFiles, doubts: classes.doubts)
  }

  /// What lies at a path that the user named.
  private static func found(at path: String, _ walk: inout FolderWalk) throws(ImageSourceError) -> [Found] {
    let bytes = PathBytes(path.utf8)
    guard let status = FileStatus(bytes) else { throw .unreadable(path: path, words: systemWords()) }
    if status.kind == .folder {
      guard let entries = walk.search(bytes, identity: status.identity) else {
        throw .unreadable(path: path, words: systemWords())
      }
      let name = resolved(bytes).flatMap(lastComponent)
      return entries.map { Found(entry: $0, root: path, rootName: name) }
    }
    let slash = bytes.lastIndex(of: UInt8(ascii: "/"))
    let root = slash.map { String(decoding: bytes[...$0], as: UTF8.self) } ?? ""
    let name = resolved(PathBytes((root.isEmpty ? "." : root).utf8)).flatMap(lastComponent)
    let file = PathBytes(slash.map { bytes[($0 + 1)...] } ?? bytes[...])
    return [Found(entry: FolderWalk.Entry(path: file), root: root, rootName: name)]
  }
}

/// An entry of a walk on its way to an item.
private struct Found {
  let entry: FolderWalk.Entry
  /// As the user named it, and what it is called.
  let root: String
  let rootName: PathBytes?

  /// The names that may be a class'.
  var folders: [PathBytes] {
    entry.path.split(separator: UInt8(ascii: "/")).dropLast().map(PathBytes.init) + (rootName.map { [$0] } ?? [])
  }

  /// The image's folder below the root; the root's own name for one that lies there.
  var folder: String {
    let slash = entry.path.lastIndex(of: UInt8(ascii: "/"))
    return String(decoding: slash.map { entry.path[..<$0] } ?? (rootName ?? [])[...], as: UTF8.self)
  }

  /// Why it cannot be read, where that is known.
  var failure: ImageFailure? {
    entry.failure.map { ImageFailure(path: item(ordinal: 0, classes: ClassLabels([], folders: [])).path, reason: $0) }
  }

  func item(ordinal: Int, classes: ClassLabels) -> ImageItem {
    let text = String(decoding: entry.path, as: UTF8.self)
    let label = entry.failure == nil ? classes.label(of: entry.path, rootName: rootName) : nil
    return ImageItem(
      root: root, relativePath: text, rawRelativePath: text.utf8.elementsEqual(entry.path) ? nil : entry.path,
      identity: ImageIdentity(ordinal: ordinal, key: stableHash(entry.path), label: label), failure: entry.failure)
  }
}

/// A path's last name; nil for the root of the file system.
private func lastComponent(_ path: PathBytes) -> PathBytes? {
  path.split(separator: UInt8(ascii: "/")).last.map(PathBytes.init)
}

/// Why there is nothing to stream.
public enum ImageSourceError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A path given by the user cannot be used; the system's words.
  case unreadable(path: String, words: String)
  /// No image was found; how many other files were seen, and the first folder or link that could not be followed.
  case noImages(paths: [String], otherFiles: Int, unread: ImageFailure? = nil)

  /// The sentence for the user.
  public var description: String {
    switch self {
    case .unreadable(let path, let words): "\(path.escaped): \(words)"
    case .noImages(let paths, let otherFiles, let unread):
      "no JPEG, PNG or WebP image in \(paths.map(\.escaped).joined(separator: ", "))"
        + (otherFiles == 0 ? "" : " (\(otherFiles) other files there)") + (unread.map { "; \($0)" } ?? "")
    }
  }
}
