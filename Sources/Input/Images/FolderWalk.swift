import Files

/// A search through one root for images; several roots share one walk so that no folder is listed twice, and no file
/// that was named by itself is found again.
struct FolderWalk {
  /// Candidates below the root of the current search, and folders and links that could not be followed.
  private var found: [FoundImage] = []
  /// Files below it that may state the class of the image beside them.
  private var beside: [PathBytes] = []
  /// Regular files that are no candidates, by the ending of their names.
  private(set) var otherFiles: [String: Int] = [:]
  private var visited: Set<SIMD2<UInt64>> = []
  /// Names of the files that were named by themselves, by the folder that they lie in.
  private var named: [SIMD2<UInt64>: Set<PathBytes>] = [:]
  private var root: PathBytes = []
  /// Folders and links to folders, below the root, still to be listed.
  private var folders: [PathBytes] = []
  private var links = PathQueue()

  /// Searches the folder `root` and returns what it found in the byte order of the relative paths; nil where the folder
  /// itself cannot be listed, with the reason in `errno`.
  mutating func search(_ root: PathBytes, identity: SIMD2<UInt64>) -> (images: [FoundImage], beside: BesideImages)? {
    self.root = root
    (found, beside) = ([], [])
    if visited.insert(identity).inserted {
      guard let entries = folderEntries(root) else { return nil }
      sort(entries, of: [], identity)
    }
    // Links wait until the tree itself is known, so a folder goes by its own name; among links the first name counts.
    while true {
      if let folder = folders.popLast() {
        list(folder)
      } else if let link = links.popFirst() {
        list(link)
      } else {
        break
      }
    }
    return (found.sorted(by: FoundImage.precedes), stated())
  }

  /// Notes a file that is named by itself, in a folder (nothing for the current one); false where a search has found it
  /// already.
  mutating func note(_ name: PathBytes, in folder: PathBytes) -> Bool {
    guard let identity = FileStatus(folder.isEmpty ? [UInt8(ascii: ".")] : folder)?.identity else { return true }
    let isHidden = name.first == UInt8(ascii: ".")
    guard !visited.contains(identity) || isHidden || !Self.isCandidate(name, at: folder + name) else { return false }
    named[identity, default: []].insert(name)
    return true
  }

  /// What the files beside images say.
  private func stated() -> BesideImages {
    var stated = BesideImages()
    guard !beside.isEmpty else { return stated }
    let keys = Set(found.flatMap { ImageNames.keys(of: $0.path) })
    for path in beside where ImageNames.keys(of: path).first.map(keys.contains) == true {
      // Most hold a word: room for a long one is not taken for each.
      var content = firstBytes(absolute(path), count: 4096)
      if content?.count == 4096 { content = firstBytes(absolute(path), count: StatedClass.mostBytes + 1) }
      if let statement = StatedClass.statement(content, path: path) { stated.add(statement, path: path) }
    }
    return stated
  }

  private mutating func list(_ folder: PathBytes) {
    let path = absolute(folder)
    guard let status = FileStatus(path) else { return fail(folder) }
    guard visited.insert(status.identity).inserted else { return }
    guard let entries = folderEntries(path) else { return fail(folder) }
    sort(entries, of: folder, status.identity)
  }

  private mutating func sort(_ entries: [FolderEntry], of folder: PathBytes, _ identity: SIMD2<UInt64>) {
    let named = named[identity] ?? []
    for entry in entries where !named.contains(entry.name) {
      let relative = folder.isEmpty ? entry.name : folder + [UInt8(ascii: "/")] + entry.name
      switch entry.kind {
      case .folder: folders.append(relative)
      case .file: consider(relative)
      case .unknown: follow(relative)
      }
    }
  }

  /// A link, or an entry of a file system that does not tell kinds.
  private mutating func follow(_ relative: PathBytes) {
    guard let status = FileStatus(absolute(relative)) else { return fail(relative) }
    switch status.kind {
    case .file: consider(relative)
    case .folder: links.insert(relative)
    // As in archives: what is called like an image is told.
    case .other:
      if ImageNames.isImage(relative) { found.append(FoundImage(path: relative, failure: .notRegularFile)) }
    }
  }

  private mutating func consider(_ relative: PathBytes) {
    if Self.isCandidate(relative, at: absolute(relative)) {
      found.append(FoundImage(path: relative))
    } else {
      if StatedClass.mayState(relative) { beside.append(relative) }
      otherFiles[ImageNames.ending(of: relative), default: 0] += 1
    }
  }

  /// Whether a file is called like an image or begins like one.
  private static func isCandidate(_ name: PathBytes, at path: PathBytes) -> Bool {
    if ImageNames.isImage(name) { return true }
    return firstBytes(path, count: ImageFormat.signatureLength).flatMap(ImageFormat.init(signature:)) != nil
  }

  private mutating func fail(_ relative: PathBytes) {
    found.append(FoundImage(path: relative, failure: .unreadable(systemWords())))
  }

  private func absolute(_ relative: PathBytes) -> PathBytes {
    root.last == UInt8(ascii: "/") ? root + relative : root + [UInt8(ascii: "/")] + relative
  }
}
