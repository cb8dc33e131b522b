import Files

/// What names of files tell: whether one is an image's, and which files stand beside an image.
enum ImageNames {
  /// What the names of decoded formats' files end in.
  private static let imageEndings: Set<String> = [".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp"]

  /// Whether a file is taken for an image by its name alone.
  static func isImage(_ path: PathBytes) -> Bool { imageEndings.contains(ending(of: path)) }

  /// The ending of a file's name with its point, in small letters; empty where there is none of at most eight
  /// characters.
  static func ending(of path: PathBytes) -> String {
    let name = path[(path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0)...]
    guard let point = name.lastIndex(of: UInt8(ascii: ".")), point > name.startIndex else { return "" }
    let ending = String(decoding: name[point...], as: UTF8.self).lowercased()
    return (2...9).contains(ending.count) ? ending : ""
  }

  /// The path up to the last point of the name, and up to its first one: what files that belong together share.
  static func keys(of path: PathBytes) -> [PathBytes] {
    let start = path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
    let name = path[start...]
    guard let last = name.lastIndex(of: UInt8(ascii: ".")), let first = name.firstIndex(of: UInt8(ascii: ".")),
      first > start
    else { return [path] }
    return last == first ? [PathBytes(path[..<last])] : [PathBytes(path[..<last]), PathBytes(path[..<first])]
  }
}
