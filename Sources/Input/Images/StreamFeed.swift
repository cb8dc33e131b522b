import Archives
import Files
import Networks
import Synchronization

/// Hands out the images of an archive, or a sequence of archives, that standard input gives once.
///
/// While it streams, an image's number is its place among those that came. What a run keeps does not depend on numbers
/// but where it names images; those are put in the order of the paths at the end (``finished(limit:)``), so that
/// everything is as if the archive had been listed first. What can only be told when all names are known, and was taken
/// otherwise before, ends the pass with an error.
public final class StreamFeed: ImageFeed {
  private let labels: [String]
  private let table: ClassTable?
  private let limits: ImageLimits
  private let state: Mutex<StreamState>
  // Beside the state, which a worker may hold for as long as the pipe gives nothing.
  private let taken = Atomic(0)
  private let isOver = Atomic(false)

  /// Begins with the archive on standard input.
  ///
  /// - Parameters:
  ///   - labels: The model's.
  ///   - table: The path of a table of classes; nil for none.
  ///   - limit: The first so many images that come, alone.
  ///   - limits: What is refused unread.
  public convenience init(
    labels: [String], table: String? = nil, limit: Int? = nil, limits: ImageLimits
  ) throws(ImageSourceError) {
    let table = try table.map { path throws(ImageSourceError) in try ClassTable(path) }
    try self.init(labels, table, limit, limits) { () throws(ArchiveFailure) in try ArchiveSequence.standardInput() }
  }

  /// The same with a file in the place of standard input.
  package convenience init(
    archive path: String, labels: [String], table: String? = nil
  ) throws(ImageSourceError) {
    let table = try table.map { path throws(ImageSourceError) in try ClassTable(path) }
    try self.init(labels, table, nil, ImageLimits()) { () throws(ArchiveFailure) in
      try ArchiveSequence(path: PathBytes(path.utf8))
    }
  }

  private init(
    _ labels: [String], _ table: ClassTable?, _ limit: Int?, _ limits: ImageLimits,
    _ open: () throws(ArchiveFailure) -> ArchiveSequence
  ) throws(ImageSourceError) {
    self.labels = labels
    self.table = table
    self.limits = limits
    do throws(ArchiveFailure) {
      state = Mutex(try StreamState(try open(), labels, table, most: limit ?? .max))
    } catch { throw .unreadable(path: ImageRequest.standardInput, words: error.description) }
  }

  /// Images that came by now.
  public var count: Int { taken.load(ordering: .acquiring) }
  /// Whether the archive is at its end.
  public var isCounted: Bool { isOver.load(ordering: .acquiring) }

  /// The next images that come.
  public func next(_ size: (_ left: Int) -> Int) throws(ImageSourceError) -> [FedImage] {
    let (wanted, limit) = (size(1 << 40), limits.fileBytes)
    let result = state.withLock { state -> Result<[FedImage], ImageSourceError> in
      defer {
        taken.store(state.taken.count, ordering: .releasing)
        isOver.store(state.isOver, ordering: .releasing)
      }
      do throws(ImageSourceError) { return .success(try state.next(wanted, limit: limit)) } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  /// All images that came, with their classes, in the order of a source that was listed; and for each that came, its
  /// place there.
  ///
  /// - Throws: ``ImageSourceError`` where there was no image, and where an image was counted with another class than it
  ///   has now that all names are known.
  public func finished() throws(ImageSourceError) -> (source: ImageSource, places: [Int]) {
    let (taken, statements, otherFiles) = state.withLock { state in
      (state.taken, state.taken.map(state.statement), state.otherFiles)
    }
    guard taken.contains(where: { $0.item.failure == nil }) else {
      throw .noImages(
        paths: [SourceRoot.standardInput.path], otherFiles: otherFiles.values.reduce(0, +),
        unread: taken.lazy.compactMap { one in one.item.failure.map { ImageFailure(path: one.item.path, reason: $0) } }
          .first)
    }
    let order = taken.indices.sorted { one, other in
      guard taken[one].archive == taken[other].archive else { return taken[one].archive < taken[other].archive }
      let (first, second) = (taken[one].item, taken[other].item)
      // That the archive is damaged is told behind its images.
      if first.isDamage || second.isDamage { return !first.isDamage }
      let (path, otherPath) = (first.bytesOfPath, second.bytesOfPath)
      return path == otherPath ? one < other : path.lexicographicallyPrecedes(otherPath)
    }
    var places = Array(repeating: 0, count: taken.count)
    var stated: [Int: StatedClass.Statement] = [:]
    let items = order.enumerated().map { place, index in
      places[index] = place
      stated[place] = statements[index]
      return taken[index].item.placed(at: place)
    }
    let words = StatedWords(items, stated, isList: false, table: table)
    let source = ImageSource(ImageCollection(items: items, stated: words, otherFiles: otherFiles), labels: labels)
    for (index, place) in places.enumerated() where source.items[place].label != taken[index].item.label {
      throw Self.changed(taken[index].item)
    }
    return (source, places)
  }

  static func changed(_ item: ImageItem) -> ImageSourceError {
    .unreadable(
      path: item.root.path,
      words:
        "the class of \(item.relativePath) depends on names that come after it; name the archive as a file, which is "
        + "listed first")
  }
}

extension ImageItem {
  /// Whether it tells that an archive is damaged.
  fileprivate var isDamage: Bool { if case .damagedArchive? = failure { true } else { false } }

  /// The same at another place in the order, without a class.
  fileprivate func placed(at ordinal: Int) -> ImageItem {
    var item = self
    item.identity = ImageIdentity(ordinal: ordinal, key: identity.key)
    return item
  }
}
