package import Files

/// Which files are archives, by their first bytes or, where those say nothing, by their names.
package enum ArchiveFormat {
  private static let endings = [
    ".tar", ".tar.gz", ".tgz", ".tar.zst", ".tzst", ".tar.xz", ".txz", ".zip",
  ]
  /// gzip, zstd, xz, and zip with and without members.
  private static let marks: [[UInt8]] = [
    [0x1F, 0x8B], [0x28, 0xB5, 0x2F, 0xFD], [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], [0x50, 0x4B, 0x03, 0x04],
    [0x50, 0x4B, 0x05, 0x06],
  ]
  /// `ustar` stands here in a header of tar.
  private static let markOfTar = (place: 257, bytes: Array("ustar".utf8))

  /// Whether the regular file at `path` is one.
  package static func isArchive(_ path: PathBytes) -> Bool {
    if stem(path) != nil { return true }
    let end = markOfTar.place + markOfTar.bytes.count
    guard let bytes = firstBytes(path, count: end) else { return false }
    return marks.contains { bytes.starts(with: $0) }
      || bytes.count == end && bytes[markOfTar.place...].elementsEqual(markOfTar.bytes)
  }

  /// The last name of `path` without an archive's ending; nil where it has none.
  package static func stem(_ path: PathBytes) -> PathBytes? {
    let name = PathBytes(path.split(separator: UInt8(ascii: "/")).last ?? [])
    let lower = String(decoding: name, as: UTF8.self).lowercased()
    guard let ending = endings.filter({ lower.hasSuffix($0) }).max(by: { $0.utf8.count < $1.utf8.count }) else {
      return nil
    }
    return name.count > ending.utf8.count ? PathBytes(name.dropLast(ending.utf8.count)) : nil
  }
}
