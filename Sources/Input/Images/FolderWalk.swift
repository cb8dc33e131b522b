import Files

/// A search through one root for images; several roots share one walk so that no folder is listed twice.
struct FolderWalk {
  /// A candidate, or a folder or link that could not be followed.
  struct Entry {
    /// Below the root.
    var path: PathBytes
    /// Why it could not be followed.
    var failure: ImageFailure.Reason?
  }

  /// What was found below the root of the current search.
  private var found: [Entry] = []
  /// Regular files that are no candidates, by the ending of their names.
  private(set) var otherFiles: [String: Int] = [:]
  private var visited: Set<SIMD2<UInt64>> = []
  private var root: PathBytes = []
  /// Folders and links to folders, below the root, still to be listed.
  private var folders: [PathBytes] = []
  private var links = PathQueue()

  /// Searches the folder `root` and returns what it found in the byte order of the relative paths; nil where the folder
  /// itself cannot be listed, with the reason in `errno`.
  mutating func search(_ root: PathBytes, identity: SIMD2<UInt64>) -> [Entry]? {
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
      } else if let link = links.popFirst() {
        list(link)
      } else {
        break
      }
    }
    return found.sorted { $0.path.lexicographicallyPrecedes($1.path) }
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
    case .folder: links.insert(relative)
    case .other: break
    }
  }

  private mutating func consider(_ relative: PathBytes) {
    if imageEndings.contains(ending(of: relative)) {
      found.append(Entry(path: relative))
    } else if let bytes = firstBytes(absolute(relative), count: ImageFormat.signatureLength),
      ImageFormat(signature: bytes) != nil
    {
      found.append(Entry(path: relative))
    } else {
      otherFiles[ending(of: relative), default: 0] += 1
    }
  }

  private mutating func fail(_ relative: PathBytes) {
    found.append(Entry(path: relative, failure: .unreadable(systemWords())))
  }

  private func absolute(_ relative: PathBytes) -> PathBytes {
    root.last == UInt8(ascii: "/") ? root + relative : root + [UInt8(ascii: "/")] + relative
  }
}

/// The ending of a file's name with its point, in small letters; empty where there is none of at most eight characters.
private func ending(of path: PathBytes) -> String {
  let name = path.split(separator: UInt8(ascii: "/")).last ?? []
  guard let point = name.lastIndex(of: UInt8(ascii: ".")), point > name.startIndex else { return "" }
  let ending = String(decoding: name[point...], as: UTF8.self).lowercased()
  return (2...9).contains(ending.count) ? ending : ""
}

/// What the names of decoded formats' files end in.
private let imageEndings: Set<String> = [".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp"]
