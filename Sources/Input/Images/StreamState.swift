import Archives
import Files
import Networks

/// How far archives that come once were read, and what came of them.
struct StreamState {
  /// An image that was handed out.
  struct Taken {
    var item: ImageItem
    /// What stood beside it about its class.
    var word: PathBytes?
    /// The number of its archive.
    let archive: Int
  }

  /// An image that waits for what may stand behind it about its class.
  private struct Waiting {
    let found: FoundImage
    let content: Result<[UInt8], ImageFailure.Reason>?
  }

  /// Images that wait at the most, and bytes of them.
  private static let mostWaiting = 64

  private let archives: ArchiveSequence
  /// The archive that is read, and its place among all.
  private var current: (reader: ArchiveReader, root: SourceRoot, number: Int)
  private let areLabelled: Bool
  /// Decides alone where there is one.
  private let table: ClassTable?
  /// Images that are handed out at the most.
  private let most: Int
  private var sorter = MemberSorter()
  private var folders: ClassLabels
  private var words: StatedLabels
  private var beside = BesideImages()
  /// By archive: files that say nothing that can be read. They decide no class, so they may come behind their images.
  private var broken: [Int: BesideImages] = [:]
  /// What images that were handed out share with the files beside them.
  private var handedOut: Set<PathBytes> = []
  private var waiting: [Waiting] = []
  private var waitingBytes = 0
  /// Images that wait for nothing any more.
  private var ready: [FedImage] = []
  private var isAtEnd = false
  /// In the order in which they came.
  private(set) var taken: [Taken] = []
  private(set) var otherFiles: [String: Int] = [:]

  /// - Throws: where there is not one archive.
  init(
    _ archives: ArchiveSequence, _ labels: [String], _ table: ClassTable?, most: Int
  ) throws(ArchiveFailure) {
    self.archives = archives
    guard let first = try archives.next() else { throw ArchiveFailure("it is a sequence of no archives") }
    current = (first.reader, Self.root(first.name), 0)
    self.table = table
    self.most = most
    areLabelled = !labels.isEmpty
    folders = ClassLabels(labels)
    words = StatedLabels(labels)
  }

  /// Whether nothing comes any more.
  var isOver: Bool { isAtEnd && ready.isEmpty }

  /// The next images, at most `count`.
  mutating func next(_ count: Int, limit: Int) throws(ImageSourceError) -> [FedImage] {
    let count = min(count, most - (taken.count - ready.count))
    while ready.count < count, !isAtEnd { try advance(limit: limit) }
    let images = Array(ready.prefix(count))
    ready.removeFirst(images.count)
    if taken.count - ready.count >= most {
      isAtEnd = true
      taken.removeLast(ready.count)
      ready = []
    }
    return images
  }

  private static func root(_ name: PathBytes?) -> SourceRoot {
    name.map { SourceRoot(archive: String(decoding: $0, as: UTF8.self)) } ?? .standardInput
  }

  private func problem(_ failure: ArchiveFailure) -> ImageSourceError {
    .unreadable(path: current.root.path, words: failure.description)
  }

  private mutating func advance(limit: Int) throws(ImageSourceError) {
    let reader = current.reader
    let member: ArchiveMember?
    do throws(ArchiveFailure) { member = try reader.next() } catch {
      // What ends the sequence is no damage of an archive that others would have, too.
      guard sorter.count > 0, archives.problem == nil else { throw problem(archives.problem ?? error) }
      try flush()
      try handOut(Waiting(found: FoundImage(damage: error), content: nil))
      return try goOn()
    }
    guard let member else {
      try flush()
      return try goOn()
    }
    switch sorter.sort(member, reader) {
    case .nothing: break
    case .other(let ending): otherFiles[ending, default: 0] += 1
    case .beside(let path, let start):
      otherFiles[ImageNames.ending(of: path), default: 0] += 1
      guard areLabelled, table == nil, let statement = StatedClass.statement(reader, start, path) else { return }
      switch statement {
      case .word(let word): try note(word, path)
      case .broken: broken[current.number, default: BesideImages()].add(statement, path: path)
      }
    case .image(let found, let start):
      if let first = waiting.first, !Self.belongTogether(first.found.path, found.path) { try flush() }
      let content = found.failure == nil ? reader.content(size: member.size, start: start, limit: limit) : nil
      if case .success(let bytes)? = content { waitingBytes += bytes.count }
      waiting.append(Waiting(found: found, content: content))
      if !areLabelled || table != nil || waiting.count >= Self.mostWaiting || waitingBytes >= mostFedBytes {
        try flush()
      }
    }
  }

  /// Goes to the next archive; behind the last nothing comes any more.
  private mutating func goOn() throws(ImageSourceError) {
    do throws(ArchiveFailure) {
      guard let next = try archives.next() else {
        isAtEnd = true
        return
      }
      current = (next.reader, Self.root(next.name), current.number + 1)
    } catch { throw problem(error) }
    (sorter, beside, handedOut) = (MemberSorter(), BesideImages(), [])
  }

  /// Notes what a file says of the image beside it, which must not have been handed out.
  private mutating func note(_ word: PathBytes, _ path: PathBytes) throws(ImageSourceError) {
    let key = ImageNames.keys(of: path).first ?? path
    guard !handedOut.contains(key) else {
      throw .unreadable(
        path: current.root.path,
        words:
          "\(String(decoding: path, as: UTF8.self)) comes apart from its image, which was counted without it; name the "
          + "archive as a file, which is listed first")
    }
    beside.add(.word(word), path: path)
  }

  /// What stood beside an image that was handed out, for all that is known by now.
  func statement(of image: Taken) -> StatedClass.Statement? {
    image.word.map { .word($0) } ?? broken[image.archive]?.statement(for: image.item.bytesOfPath)
  }

  private static func belongTogether(_ one: PathBytes, _ other: PathBytes) -> Bool {
    ImageNames.keys(of: one).last == ImageNames.keys(of: other).last
  }

  private mutating func flush() throws(ImageSourceError) {
    let images = waiting
    (waiting, waitingBytes) = ([], 0)
    for image in images { try handOut(image) }
  }

  private mutating func handOut(_ image: Waiting) throws(ImageSourceError) {
    var item = ImageItem(image.found, at: current.root, ordinal: taken.count)
    let word = table.map { $0.word(for: image.found.path) } ?? beside.word(for: image.found.path)
    if areLabelled, let label = try label(of: item, word), item.failure == nil { item.set(label: label) }
    ready.append(FedImage(item: item, position: taken.count, content: image.content))
    taken.append(Taken(item: item, word: word, archive: current.number))
  }
  /// An image's class for all that is known by now.
  private mutating func label(of item: ImageItem, _ word: PathBytes?) throws(ImageSourceError) -> Int? {
    if table != nil { return word.flatMap { words.label(of: $0) } }
    handedOut.formUnion(ImageNames.keys(of: item.bytesOfPath))
    if let word { return words.label(of: word) }
    for name in item.folderNames where folders.add(name) { throw StreamFeed.changed(item) }
    return folders.label(inFolders: item.bytesOfPath, rootName: item.root.name)
  }
}
