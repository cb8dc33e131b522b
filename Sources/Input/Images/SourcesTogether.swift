import Files

/// Whether sources whose classes were decided one by one have the classes that one source of all of them has.
public enum SourcesTogether {
  /// The images of a source, and the class of each.
  public typealias Source = (paths: [String], labels: [Int?])

  /// Why they may not; nil where they do, but for names of archives that stand for classes, which are not known here.
  ///
  /// Names of folders are decided over all names of a source, so those of all sources are looked at together. A class
  /// that does not come from a folder's name was stated beside the image, or comes from an archive's name.
  public static func doubt(_ sources: [Source], labels: [String]) -> String? {
    guard !labels.isEmpty else { return nil }
    let folders = sources.map { source in source.paths.map { folderNames(PathBytes($0.utf8)) } }
    let classes = ClassLabels(labels, names: Set(folders.joined().joined()))
    if let doubt = classes.doubts.first { return doubt }
    var (byFolder, otherwise) = ([Int: Set<Int>](), [Int: Set<Int>]())
    for (number, source) in sources.enumerated() {
      for (path, label) in zip(source.paths, source.labels) {
        guard let label else { continue }
        if classes.label(inFolders: PathBytes(path.utf8), rootName: nil) == label {
          byFolder[label, default: []].insert(number)
        } else {
          otherwise[label, default: []].insert(number)
        }
      }
    }
    for (label, own) in byFolder.sorted(by: { $0.key < $1.key }) {
      if let others = otherwise[label], own.union(others).count > 1 {
        return "images are of the class \(labels[label]) by a folder's name in one, and otherwise in another"
      }
    }
    return nil
  }

  private static func folderNames(_ path: PathBytes) -> [PathBytes] {
    path.split(separator: UInt8(ascii: "/")).dropLast().map(PathBytes.init)
  }
}
