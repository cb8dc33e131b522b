import Archives
import Files
import Networks

/// How far an archive that comes once was read, and what came of it.
struct StreamState {
  /// An image that was handed out.
  struct Taken {
    var item: ImageItem
    /// What stood beside it about its class.
    var word: PathBytes?
  }

  /// An image that waits for what may stand behind it about its class.
  private struct Waiting {
    let found: FoundImage
    let content: Result<[UInt8], ImageFailure.Reason>?
  }

  /// Images that wait at the most, and bytes of them.
  private static let mostWaiting = 64

  private let reader: ArchiveReader
  private let areLabelled: Bool
  /// Decides alone where there is one.
  private let table: ClassTable?
  /// Images that are handed out at the most.
  private let most: Int
  private var sorter = MemberSorter()
  private var folders: ClassLabels
  private var words: StatedLabels
  private var beside = BesideImages()
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

  init(_ reader: ArchiveReader, _ labels: [String], _ table: ClassTable?, most: Int) {
    self.reader = reader
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

  private mutating func advance(limit: Int) throws(ImageSourceError) {
    let member: ArchiveMember?
    do throws(ArchiveFailure) { member = try reader.next() } catch {
      guard sorter.count > 0 else { throw .unreadable(path: ImageRequest.standardInput, words: error.description) }
      try flush()
      isAtEnd = true
      return try handOut(Waiting(found: FoundImage(damage: error), content: nil))
    }
    guard let member else {
      try flush()
      isAtEnd = true
      return
    }
    switch sorter.sort(member, reader) {
    case .nothing: break
    case .other(let ending): otherFiles[ending, default: 0] += 1
    case .beside(let path, let start):
      otherFiles[ImageNames.ending(of: path), default: 0] += 1
      if areLabelled, table == nil, let word = StatedClass.word(reader, start, path) { try note(word, path) }
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

  /// Notes what a file says of the image beside it, which must not have been handed out.
  private mutating func note(_ word: PathBytes, _ path: PathBytes) throws(ImageSourceError) {
    let key = ImageNames.keys(of: path).first ?? path
    guard !handedOut.contains(key) else {
      throw .unreadable(
        path: ImageRequest.standardInput,
        words:
          "\(String(decoding: path, as: UTF8.self)) comes apart from its image, which was counted without it; name the "
          + "archive as a file, which is listed first")
    }
    beside.add(word, path: path)
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
    var item = ImageItem(image.found, at: .standardInput, ordinal: taken.count)
    let word = table.map { $0.word(for: image.found.path) } ?? beside.word(for: image.found.path)
    if areLabelled, let label = try label(of: item, word), item.failure == nil { item.set(label: label) }
    ready.append(FedImage(item: item, position: taken.count, content: image.content))
    taken.append(Taken(item: item, word: word))
  }
  /// An image's class for all that is known by now.
  private mutating func label(of item: ImageItem, _ word: PathBytes?) throws(ImageSourceError) -> Int? {
    if table != nil { return word.flatMap { words.label(of: $0) } }
    handedOut.formUnion(ImageNames.keys(of: item.bytesOfPath))
    if let word { return words.label(of: word) }
    for name in item.folderNames where folders.add(name) { throw StreamFeed.changed(item) }
    return folders.label(inFolders: item.bytesOfPath, rootName: nil)
  }
}
