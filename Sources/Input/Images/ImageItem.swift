import Files
import Networks

/// One image of a source, or what cannot be looked into; pixels are read later, by an ``ImageReader``.
public struct ImageItem: Sendable, Equatable {
  /// Where its bytes are.
  enum Place: Sendable, Equatable {
    /// A file below a folder.
    case file
    /// Bytes of an archive's file, as they are: read from any place, in any order.
    case part(offset: Int, size: Int)
    /// The data of an archive's member, which are read one after the other; its number among all members.
    case member(Int)
  }

  /// Where it was found.
  let root: SourceRoot
  let place: Place
  /// Its path below the folder or inside the archive: the same however the root is spelled, and in a folder and the
  /// archive made of it.
  public let relativePath: String
  /// The bytes of ``relativePath`` where they are not UTF-8.
  let rawRelativePath: PathBytes?
  /// Position in the source's order, a hash of the relative path's bytes, and its class.
  public internal(set) var identity: ImageIdentity
  /// Why it cannot be read, where that came out already when it was listed.
  let failure: ImageFailure.Reason?

  /// An item without a class.
  init(_ found: FoundImage, at root: SourceRoot, ordinal: Int) {
    let text = String(decoding: found.path, as: UTF8.self)
    self.root = root
    place = found.place
    relativePath = text
    rawRelativePath = text.utf8.elementsEqual(found.path) ? nil : found.path
    identity = ImageIdentity(ordinal: ordinal, key: stableHash(found.path))
    failure = found.failure
  }

  /// The index of its class among the model's labels; nil where there is none.
  public var label: Int? { identity.label }

  /// The path to show: the root and the relative path.
  public var path: String { root.shown(relativePath) }

  /// The bytes of ``relativePath``.
  var bytesOfPath: PathBytes { rawRelativePath ?? PathBytes(relativePath.utf8) }

  /// The bytes to open a file by: the image, or the archive that it is a part of.
  var rawPath: PathBytes {
    guard case .file = place else { return PathBytes(root.path.utf8) }
    return PathBytes(root.shown("").utf8) + bytesOfPath
  }

  /// Whether its bytes come after those of others, from one reader.
  var isStreamed: Bool { if case .member = place { failure == nil } else { false } }
}

/// What a source found, before it has its place in the order.
struct FoundImage: Sendable {
  /// Below the folder or inside the archive.
  var path: PathBytes
  var place = ImageItem.Place.file
  /// Why it cannot be read, where that came out already.
  var failure: ImageFailure.Reason?

  /// The byte order of the paths, in which neither locale nor file system matters.
  static func precedes(_ one: FoundImage, _ other: FoundImage) -> Bool {
    one.path.lexicographicallyPrecedes(other.path)
  }
}
