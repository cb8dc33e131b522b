import Files

/// A list of images: one path a line, then perhaps a tab and a class.
struct ImageList {
  /// A line.
  struct Line {
    let root: SourceRoot
    let image: FoundImage
    /// What stands behind the tab; nil where nothing does.
    let word: PathBytes?
  }

  /// In the list's order.
  let lines: [Line]

  /// Reads the list at `path`; its paths are below `folder`, those that begin with a slash below the root of the file
  /// system. None of them is looked at before it is read.
  init(_ path: String, below folder: String) throws(ImageSourceError) {
    let (relative, absolute) = (SourceRoot(folder: folder), SourceRoot(folder: "/"))
    lines = try TextLines.read(path).map { line in
      let parts = line.split(separator: UInt8(ascii: "\t"), maxSplits: 1, omittingEmptySubsequences: false)
      let isAbsolute = line.first == UInt8(ascii: "/")
      return Line(
        root: isAbsolute ? absolute : relative, image: FoundImage(path: Self.path(parts[0])),
        word: parts.count > 1 ? StatedClass.trimmed(parts[1]) : nil)
    }
    guard !lines.isEmpty else { throw .unreadable(path: path, words: "it names no image; one path a line is expected") }
  }

  /// As written, without `./` or slashes at the beginning.
  private static func path(_ text: ArraySlice<UInt8>) -> PathBytes {
    var rest = text
    while true {
      if rest.starts(with: Array("./".utf8)) {
        rest = rest.dropFirst(2)
      } else if rest.first == UInt8(ascii: "/") {
        rest = rest.dropFirst()
      } else {
        return PathBytes(rest)
      }
    }
  }
}
