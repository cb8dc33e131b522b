import Archives
import Synchronization

/// Hands out images that were listed.
public final class ListedFeed: ImageFeed {
  private let items: [ImageItem]
  private let limit: Int
  private let state = Mutex(State())

  fileprivate struct State {
    var next = 0
    /// The archive whose members are handed out, and the number of the one that its reader is at.
    var reader: ArchiveReader?
    var root: SourceRoot?
    var member = -1
  }

  /// - Parameters:
  ///   - items: The images; archives are read as they lie, whatever the order of these.
  ///   - limits: What is refused unread.
  public init(_ items: [ImageItem], limits: ImageLimits) {
    self.items = items.inReadingOrder()
    limit = limits.fileBytes
  }

  /// All of them.
  public var count: Int { items.count }
  /// Always.
  public var isCounted: Bool { true }

  /// The next images.
  public func next(_ size: (_ left: Int) -> Int) -> [FedImage] {
    state.withLock { state in
      let left = items.count - state.next
      let end = state.next + min(size(left), left)
      var images: [FedImage] = []
      var bytes = 0
      while state.next < end, bytes < mostFedBytes {
        let item = items[state.next]
        let content = item.isStreamed ? state.content(of: item, limit: limit) : nil
        if case .success(let content)? = content { bytes += content.count }
        images.append(FedImage(item: item, position: state.next, content: content))
        state.next += 1
      }
      if state.next == items.count { state.reader = nil }
      return images
    }
  }
}

extension ListedFeed.State {
  /// The bytes of a member, which lies behind all that were read before.
  fileprivate mutating func content(of item: ImageItem, limit: Int) -> Result<[UInt8], ImageFailure.Reason> {
    guard case .member(let number) = item.place else { preconditionFailure("a member of an archive") }
    do throws(ArchiveFailure) {
      if root !== item.root {
        (root, member) = (item.root, -1)
        reader = nil
        reader = try ArchiveReader(path: item.rawPath, block: .data)
      }
      guard let reader else { throw ArchiveFailure("it cannot be opened any more") }
      var found: ArchiveMember?
      while member < number {
        found = try reader.next()
        guard found != nil else { throw ArchiveFailure("it has become shorter") }
        member += 1
      }
      return reader.content(size: found?.size, limit: limit)
    } catch {
      return .failure(.damagedArchive(error.description))
    }
  }
}

extension ArchiveReader {
  /// The data of the member that it is at, behind `start` that was read already.
  func content(size: Int?, start: [UInt8] = [], limit: Int) -> Result<[UInt8], ImageFailure.Reason> {
    if let size, size > limit { return .failure(.fileTooLarge(bytes: size, limit: limit)) }
    do throws(ArchiveFailure) {
      let rest = try read(upTo: limit + 1 - start.count)
      let bytes = start.isEmpty ? rest : start + rest
      return bytes.count > limit ? .failure(.fileTooLarge(bytes: bytes.count, limit: limit)) : .success(bytes)
    } catch {
      return .failure(.unusableMember("its data are damaged: \(error.description)"))
    }
  }
}

extension [ImageItem] {
  /// The order in which they are read: that of the items, but of each archive that in which its members lie.
  func inReadingOrder() -> [ImageItem] {
    guard contains(where: { $0.root.kind == .archive }) else { return self }
    var ordered: [ImageItem] = []
    ordered.reserveCapacity(count)
    var start = startIndex
    while start < endIndex {
      let root = self[start].root
      let end = self[start...].firstIndex { $0.root !== root } ?? endIndex
      let slice = self[start..<end]
      ordered +=
        root.kind == .archive
        ? slice.sorted { ($0.lie, $0.identity.ordinal) < ($1.lie, $1.identity.ordinal) } : Array(slice)
      start = end
    }
    return ordered
  }
}

extension ImageItem {
  /// Where it lies in its archive, to compare with others of it.
  fileprivate var lie: Int {
    switch place {
    case .file: 0
    case .part(let offset, _): offset
    case .member(let number): number
    }
  }
}
