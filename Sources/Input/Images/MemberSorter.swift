import Archives
import Files

/// Says what each member of an archive is to a source: the same for an archive that is listed and for one that streams.
struct MemberSorter {
  /// What a member is.
  enum Sorted {
    /// A candidate, or something called like one that is not read; and bytes of its data that were read already.
    case image(FoundImage, start: [UInt8])
    /// What may state the class of the image beside it; likewise.
    case beside(PathBytes, start: [UInt8])
    /// A file that is no image, by its ending.
    case other(String)
    /// A folder, or what no folder's search looks at.
    case nothing
  }

  /// Members that were looked at.
  private(set) var count = 0
  /// Names that were there before, of images and what may state classes.
  private var names: Set<PathBytes> = []

  /// Sorts the member that `reader` is at.
  mutating func sort(_ member: ArchiveMember, _ reader: ArchiveReader) -> Sorted {
    let number = count
    count += 1
    guard member.kind != .folder else { return .nothing }
    guard let name = member.name else {
      return .image(unusable(PathBytes("member \(number)".utf8), "its name cannot be told"), start: [])
    }
    let path = Self.path(name)
    let parts = path.split(separator: UInt8(ascii: "/"))
    let isImage = ImageNames.isImage(path)
    // As in folders, where names that begin with a point are not looked at.
    guard !path.isEmpty, !parts.contains(where: { $0.first == UInt8(ascii: ".") && !Self.isUp($0) }) else {
      return .nothing
    }
    if let words = problem(member, name, parts) {
      return isImage ? .image(unusable(path, words), start: []) : Self.other(member, path)
    }
    if isImage { return image(path, member, number, start: []) }
    let start = (try? reader.read(upTo: ImageFormat.signatureLength)) ?? []
    if ImageFormat(signature: start) != nil { return image(path, member, number, start: start) }
    let isBeside = StatedClass.mayState(path) && names.insert(path).inserted
    return isBeside ? .beside(path, start: start) : .other(ImageNames.ending(of: path))
  }

  private mutating func image(
    _ path: PathBytes, _ member: ArchiveMember, _ number: Int, start: [UInt8]
  ) -> Sorted {
    guard names.insert(path).inserted else {
      return .image(unusable(path, "the archive has this name twice, and the first one counts"), start: [])
    }
    guard let offset = member.offset, let size = member.size else {
      return .image(FoundImage(path: path, place: .member(number)), start: start)
    }
    return .image(FoundImage(path: path, place: .part(offset: offset, size: size)), start: start)
  }

  private func unusable(_ path: PathBytes, _ words: String) -> FoundImage {
    FoundImage(path: path, place: .member(count - 1), failure: .unusableMember(words))
  }

  /// Why a member is not read, whatever it holds.
  private func problem(_ member: ArchiveMember, _ name: PathBytes, _ parts: [ArraySlice<UInt8>]) -> String? {
    if member.kind == .link { return "it is a link, and links in archives are not followed" }
    if member.kind == .other { return "it is no regular file" }
    if name.first == UInt8(ascii: "/") { return "its name begins at the root of the file system" }
    if parts.contains(where: Self.isUp) { return "its name leads out of the archive" }
    if member.isEncrypted { return "it is encrypted" }
    if member.isSparse { return "it is a file with holes, which archives leave out" }
    return nil
  }

  private static func other(_ member: ArchiveMember, _ path: PathBytes) -> Sorted {
    member.kind == .file ? .other(ImageNames.ending(of: path)) : .nothing
  }

  private static func isUp(_ part: ArraySlice<UInt8>) -> Bool { part.elementsEqual([0x2E, 0x2E]) }

  /// A member's name as a path below a folder: without `./` and doubled slashes.
  private static func path(_ name: PathBytes) -> PathBytes {
    let slash = UInt8(ascii: "/")
    return PathBytes(name.split(separator: slash).filter { !$0.elementsEqual([0x2E]) }.joined(separator: [slash]))
  }
}
