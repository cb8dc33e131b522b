import Archives
import Files
import Networks

/// The images that a request names, found once; which classes they have depends on the model that asks
/// (``ImageSource``).
public struct ImageCollection: Sendable {
  /// In the source's order, without classes.
  let items: [ImageItem]
  /// What the source itself says of their classes.
  let stated: StatedWords
  /// Files that are no images, by the ending of their names.
  let otherFiles: [String: Int]

  /// Finds the images of a request that can be read more than once.
  ///
  /// - Throws: ``ImageSourceError`` when something that it names does not exist or cannot be read, or when there is no
  ///   image at all.
  public init(_ request: ImageRequest) throws(ImageSourceError) {
    var gathering = Gathering()
    if let list = request.list {
      guard request.paths.count <= 1, request.paths.first.map(Self.isFolder) ?? true else {
        throw .unusable("a list goes with one folder, which its paths are below, or with none")
      }
      try gathering.add(ImageList(list, below: request.paths.first ?? ""))
    } else {
      for path in request.paths { try gathering.add(path) }
    }
    let table = try request.table.map { path throws(ImageSourceError) in try ClassTable(path) }
    try self.init(gathering, table: table, paths: request.list.map { [$0] } ?? request.paths)
  }

  private static func isFolder(_ path: String) -> Bool { FileStatus(PathBytes(path.utf8))?.kind == .folder }

  private init(_ gathering: Gathering, table: ClassTable?, paths: [String]) throws(ImageSourceError) {
    guard gathering.items.contains(where: { $0.failure == nil }) else {
      let unread = gathering.items.lazy.compactMap { item in
        item.failure.map { ImageFailure(path: item.path, reason: $0) }
      }
      throw .noImages(paths: paths, otherFiles: gathering.otherFiles.values.reduce(0, +), unread: unread.first)
    }
    self.init(
      items: gathering.items,
      stated: StatedWords(gathering.items, gathering.statements, isList: gathering.isList, table: table),
      otherFiles: gathering.otherFiles)
  }

  init(items: [ImageItem], stated: StatedWords, otherFiles: [String: Int]) {
    (self.items, self.stated, self.otherFiles) = (items, stated, otherFiles)
  }
}

/// Images on their way into a collection.
private struct Gathering {
  private(set) var items: [ImageItem] = []
  /// What stands beside each image, or behind it in a list; empty while nothing does anywhere.
  private(set) var statements: [Int: StatedClass.Statement] = [:]
  private(set) var isList = false
  private(set) var otherFiles: [String: Int] = [:]
  private var walk = FolderWalk()
  /// What was named by now.
  private var named: Set<SIMD2<UInt64>> = []

  private mutating func add(_ image: FoundImage, at root: SourceRoot, _ statement: StatedClass.Statement?) {
    if let statement { statements[items.count] = statement }
    items.append(ImageItem(image, at: root, ordinal: items.count))
  }

  mutating func add(_ list: ImageList) {
    isList = true
    for line in list.lines { add(line.image, at: line.root, line.word.map { .word($0) }) }
  }

  /// Adds what lies at a path that the user named.
  mutating func add(_ path: String) throws(ImageSourceError) {
    if path == ImageRequest.standardInput {
      throw .unusable("standard input stands for all images, once: nothing goes beside it")
    }
    let bytes = PathBytes(path.utf8)
    guard let status = FileStatus(bytes) else { throw .unreadable(path: path, words: systemWords()) }
    guard named.insert(status.identity).inserted else { return }
    switch status.kind {
    case .folder:
      let former = walk.otherFiles
      guard let found = walk.search(bytes, identity: status.identity) else {
        throw .unreadable(path: path, words: systemWords())
      }
      let root = SourceRoot(folder: path)
      for image in found.images { add(image, at: root, found.beside.statement(for: image.path)) }
      for (ending, count) in walk.otherFiles { otherFiles[ending, default: 0] += count - (former[ending] ?? 0) }
    case .file where ArchiveFormat.isArchive(bytes): try add(archive: path)
    case .other:
      throw .unreadable(
        path: path, words: "is neither a folder nor a file; an archive that a pipe gives is named -, standard input")
    case .file:
      let start = bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
      let (folder, name) = (PathBytes(bytes[..<start]), PathBytes(bytes[start...]))
      guard walk.note(name, in: folder) else { return }
      add(FoundImage(path: name), at: SourceRoot(folder: String(decoding: folder, as: UTF8.self)), nil)
    }
  }

  private mutating func add(archive path: String) throws(ImageSourceError) {
    let found: ArchiveWalk
    do throws(ArchiveFailure) { found = try ArchiveWalk(PathBytes(path.utf8)) } catch {
      throw .unreadable(path: path, words: error.description)
    }
    let root = SourceRoot(archive: path)
    for image in found.images { add(image, at: root, found.beside.statement(for: image.path)) }
    otherFiles.merge(found.otherFiles) { $0 + $1 }
  }
}
