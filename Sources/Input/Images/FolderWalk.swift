import Files

/// A search through one root for images; several roots share one walk so that no folder is listed twice.
struct FolderWalk {
  /// Paths of candidates below the root of the current search.
  private(set) var found: [PathBytes] = []
  private(set) var ignoredFiles = 0
  private(set) var failures: [ImageFailure] = []
  private var visited: Set<SIMD2<UInt64>> = []
  private var root: PathBytes = []
  /// Folders and links to folders, below the root, still to be listed.
  private var folders: [PathBytes] = []
  private var links: [PathBytes] = []

  /// Searches the folder `root` and returns the relative paths of its candidates in byte order; nil where the folder
  /// itself cannot be listed, with the reason in `errno`.
  mutating func search(_ root: PathBytes, identity: SIMD2<UInt64>) -> [PathBytes]? {
    self.root = root
    found = []
    if visited.insert(identity).inserted {
      guard let entries = folderEntries(root) else { return nil }
      sort(entries, of: [])
    }
    // Links wait until the tree itself is known, so a folder goes by its own name; among links the first name counts.
    while true {
      if let folder = folders.popLast() {
        list(folder)
      } else if let index = links.indices.min(by: { links[$0].lexicographicallyPrecedes(links[$1]) }) {
        list(links.remove(at: index))
      } else {
        break
      }
    }
    return found.sorted { $0.lexicographicallyPrecedes($1) }
  }

  private mutating func list(_ folder: PathBytes) {
    let path = absolute(folder)
    guard let status = FileStatus(path) else { return fail(folder) }
    guard visited.insert(status.identity).inserted else { return }
    guard let entries = folderEntries(path) else { return fail(folder) }
    sort(entries, of: folder)
  }

  private mutating func sort(_ entries: [FolderEntry], of folder: PathBytes) {
    for entry in entries {
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
    case .folder: links.append(relative)
    case .other: break
    }
  }

  private mutating func consider(_ relative: PathBytes) {
    if hasImageExtension(relative) {
      found.append(relative)
    } else if let bytes = firstBytes(absolute(relative), count: ImageFormat.signatureLength),
      ImageFormat(signature: bytes) != nil
    {
      found.append(relative)
    } else {
      ignoredFiles += 1
    }
  }

  private mutating func fail(_ relative: PathBytes) {
    let words = systemWords()
    failures.append(ImageFailure(path: String(decoding: absolute(relative), as: UTF8.self), reason: .unreadable(words)))
  }

  private func absolute(_ relative: PathBytes) -> PathBytes {
    root.last == UInt8(ascii: "/") ? root + relative : root + [UInt8(ascii: "/")] + relative
  }
}

/// Whether a name ends like a decoded format's files do.
private func hasImageExtension(_ path: PathBytes) -> Bool {
  let suffix = path.suffix(5).split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
  guard suffix.count > 1, let last = suffix.last else { return false }
  return imageExtensions.contains(String(decoding: last, as: UTF8.self).lowercased())
}

private let imageExtensions: Set<String> = ["jpg", "jpeg", "jpe", "jfif", "png", "webp"]
