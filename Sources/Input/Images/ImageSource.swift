import Files
import Networks
import PlainText

/// The images that a run streams, in a fixed order, with the classes that they have for a model: found once, read
/// later.
///
/// Folders are searched recursively. A file is a candidate when its name ends in an extension of a decoded format (`jpg
/// jpeg jpe jfif png webp`, any case) or when its first bytes are a decoded format's signature; other files (a README,
/// a CSV, a BMP image) are counted in ``SourceListing/otherFiles``. Names that begin with a dot are never looked at. A
/// file that the user names is always a candidate. Links to folders are followed, but every folder is listed once,
/// under its own name if it lies in the tree: loops end. Members of an archive are what files below a folder are.
///
/// A folder that cannot be listed, a link that leads nowhere and a member that is not read are items too: reading one
/// fails with the reason, so a run counts, lists and, where it is strict, refuses them as it does with images.
///
/// Order: the given paths as given, and below each the byte order of the relative path, so neither locale nor file
/// system matters, nor how an archive was packed; of a list, its own.
public struct ImageSource: Sendable {
  /// The images, and what may hide some.
  public let items: [ImageItem]
  /// What was found beside them, and which of them have no class.
  public let listing: SourceListing

  /// Lists the images at `paths` (folders, files or archives).
  ///
  /// `labels` are the model's class labels, by index, which differ; ``ClassLabels`` says which folder is which class.
  /// Throws ``ImageSourceError`` when a path does not exist or cannot be read, or when there is no image at all.
  public init(paths: [String], labels: [String] = []) throws(ImageSourceError) {
    self.init(try ImageCollection(ImageRequest(paths: paths)), labels: labels)
  }

  /// The images of a collection with their classes among a model's labels: what the source states of an image, else the
  /// innermost folder that bears a label.
  public init(_ collection: ImageCollection, labels: [String]) {
    guard !labels.isEmpty else {
      items = collection.items
      listing = SourceListing(otherFiles: collection.otherFiles)
      return
    }
    var labelled = LabelledItems(collection, labels)
    labelled.label()
    items = labelled.items
    listing = SourceListing(
      unlabelled: labelled.unlabelled.map { SourceListing.Folder(path: $0.key, images: $0.value) },
      otherFiles: collection.otherFiles, doubts: labelled.doubts, matching: collection.stated.matching,
      brokenStatements: collection.stated.broken.count)
  }
}

/// Items on their way to their classes.
private struct LabelledItems {
  private let stated: StatedWords
  private(set) var items: [ImageItem]
  private var folders: ClassLabels
  private var words: StatedLabels
  /// Images without a class by their folders; those directly in a source by no name.
  private(set) var unlabelled: [String: Int] = [:]

  init(_ collection: ImageCollection, _ labels: [String]) {
    (stated, items) = (collection.stated, collection.items)
    words = StatedLabels(labels)
    var names: Set<PathBytes> = []
    if !stated.decidesAlone {
      for item in items where stated.words[item.identity.ordinal] == nil {
        for name in item.folderNames where !names.contains(name) { names.insert(name) }
      }
    }
    folders = ClassLabels(labels, names: names)
  }

  var doubts: [String] { folders.doubts + words.doubts }

  mutating func label() {
    for index in items.indices where items[index].failure == nil {
      let label = label(of: items[index])
      if let label { items[index].set(label: label) } else { unlabelled[items[index].folder, default: 0] += 1 }
    }
  }

  private mutating func label(of item: ImageItem) -> Int? {
    if let word = stated.words[item.identity.ordinal] { return words.label(of: word) }
    return stated.decidesAlone ? nil : folders.label(inFolders: item.bytesOfPath, rootName: item.root.name)
  }
}

extension ImageItem {
  /// The names that may be a class': the folders', and the root's own.
  var folderNames: [PathBytes] {
    bytesOfPath.split(separator: UInt8(ascii: "/")).dropLast().map(PathBytes.init) + (root.name.map { [$0] } ?? [])
  }

  /// The image's folder below the root; empty for one that lies there.
  var folder: String {
    let bytes = bytesOfPath
    return bytes.lastIndex(of: UInt8(ascii: "/")).map { String(decoding: bytes[..<$0], as: UTF8.self) } ?? ""
  }

  mutating func set(label: Int) {
    identity = ImageIdentity(ordinal: identity.ordinal, key: identity.key, label: label)
  }
}

/// Why there is nothing to stream.
public enum ImageSourceError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A path given by the user cannot be used; the system's words.
  case unreadable(path: String, words: String)
  /// No image was found; how many other files were seen, and the first folder or link that could not be followed.
  case noImages(paths: [String], otherFiles: Int, unread: ImageFailure? = nil)
  /// What was asked for does not go together.
  case unusable(String)

  /// The sentence for the user.
  public var description: String {
    switch self {
    case .unreadable(let path, let words):
      "\(path == ImageRequest.standardInput ? "standard input" : path.escaped): \(words.escaped)"
    case .noImages(let paths, let otherFiles, let unread):
      "no JPEG, PNG or WebP image in \(paths.map(\.escaped).joined(separator: ", "))"
        + (otherFiles == 0 ? "" : " (\(otherFiles) other files there)") + (unread.map { "; \($0)" } ?? "")
    case .unusable(let words): words
    }
  }
}
