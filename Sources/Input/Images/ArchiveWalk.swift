import Archives
import Files

/// The members of a local archive, listed by their headers: what is compressed is decompressed once for it.
struct ArchiveWalk {
  /// Candidates in the byte order of their paths; last, where the archive is damaged, that.
  private(set) var images: [FoundImage] = []
  private(set) var beside = BesideImages()
  /// Files that are no candidates, by the ending of their names.
  private(set) var otherFiles: [String: Int] = [:]

  /// Lists the archive at `path`.
  ///
  /// - Throws: where it cannot be opened, and where not one member can be read.
  init(_ path: PathBytes) throws(ArchiveFailure) {
    let reader = try ArchiveReader(path: path, block: .headers)
    var sorter = MemberSorter()
    do throws(ArchiveFailure) {
      while let member = try reader.next() { take(sorter.sort(member, reader), reader) }
      images.sort(by: FoundImage.precedes)
    } catch {
      guard sorter.count > 0 else { throw error }
      images.sort(by: FoundImage.precedes)
      images.append(FoundImage(damage: error))
    }
  }

  private mutating func take(_ sorted: MemberSorter.Sorted, _ reader: ArchiveReader) {
    switch sorted {
    case .image(let image, _): images.append(image)
    case .beside(let path, let start):
      otherFiles[ImageNames.ending(of: path), default: 0] += 1
      if let statement = StatedClass.statement(reader, start, path) { beside.add(statement, path: path) }
    case .other(let ending): otherFiles[ending, default: 0] += 1
    case .nothing: break
    }
  }
}

extension FoundImage {
  /// That an archive is damaged from some place on: an item that fails, so that no run passes over it in silence.
  init(damage: ArchiveFailure) {
    self.init(path: [], place: .member(0), failure: .damagedArchive(damage.description))
  }
}

extension StatedClass {
  /// What the member says that `reader` is at, of which `start` was read.
  static func statement(_ reader: ArchiveReader, _ start: [UInt8], _ path: PathBytes) -> Statement? {
    let rest = try? reader.read(upTo: mostBytes + 1 - start.count)
    return statement(rest.map { start + $0 }, path: path)
  }
}
