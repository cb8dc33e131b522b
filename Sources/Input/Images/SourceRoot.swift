import Archives
import Files
import PlainText

/// One of the places that a source is made of: a folder, an archive, or standard input. Its images share it.
final class SourceRoot: Sendable, Equatable {
  enum Kind: Sendable, Equatable { case folder, archive, standardInput }

  let kind: Kind
  /// As the user named it; for a file named by the user, its folder ("" for none).
  let path: String
  /// What it is called, which may be a class' name; an archive's name without its ending.
  let name: PathBytes?

  init(folder path: String) {
    kind = .folder
    self.path = path
    name = resolved(PathBytes((path.isEmpty ? "." : path).utf8)).flatMap(lastComponent)
  }

  init(archive path: String) {
    kind = .archive
    self.path = path
    let bytes = PathBytes(path.utf8)
    name = ArchiveFormat.stem(bytes) ?? lastComponent(bytes)
  }

  private init() {
    kind = .standardInput
    path = "standard input"
    name = nil
  }

  /// An archive that standard input gives.
  static let standardInput = SourceRoot()

  /// What is shown for an image below it: `folder/image`, without doubling a slash and without inventing one for an
  /// empty root, or `archive:image`.
  func shown(_ relative: String) -> String {
    guard kind == .folder else { return relative.isEmpty ? path : "\(path):\(relative)" }
    return path.isEmpty || path.hasSuffix("/") ? path + relative : "\(path)/\(relative)"
  }

  static func == (one: SourceRoot, other: SourceRoot) -> Bool {
    one === other || (one.kind, one.path) == (other.kind, other.path)
  }
}

/// A path's last name; nil for the root of the file system.
func lastComponent(_ path: PathBytes) -> PathBytes? {
  path.split(separator: UInt8(ascii: "/")).last.map(PathBytes.init)
}
