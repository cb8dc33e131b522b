import ArgumentParser
import Images

/// What is said of a run's images beside their paths.
struct ImageOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      A text file with the images, one path a line, then perhaps a tab and a class; - is standard input. Paths are below IMAGES, where \
      that is given, a folder.
      """, valueName: "file"),
    completion: .file())
  var list: String?

  @Option(
    help: ArgumentHelp(
      """
      A table with the class of each image: FILE.csv, or lines of a name or path and a class, a name or an index. By default names of \
      folders, and files .cls and .json beside images, say it.
      """, valueName: "file"),
    completion: .file(extensions: ["csv", "txt", "tsv"]))
  var groundTruth: String?

  func validate() throws {
    if list == "" { throw ValidationError("--list must name a file") }
    if groundTruth == "" { throw ValidationError("--ground-truth must name a file") }
  }

  /// Whether none of them was given.
  var isDefault: Bool { list == nil && groundTruth == nil }

  /// The images at these paths, with what is said of them.
  func request(_ paths: [String]) -> ImageRequest { ImageRequest(paths: paths, list: list, table: groundTruth) }

  /// An error where neither a path nor a list names images.
  func check(_ paths: [String]) throws {
    if paths.isEmpty, list == nil {
      throw ValidationError("images are needed: folders, files, archives, - for standard input, or --list FILE")
    }
  }

  /// Which of some paths are model files and which name images: the first is a model, the last, without a list, names
  /// images, and between them images begin with the first path behind which all are folders, image files or archives.
  func split(_ paths: [String]) -> (models: [String], images: [String]) {
    var first = paths.count
    if list == nil, first > 1 { first -= 1 }
    while first > 1, ImageRequest.isSource(paths[first - 1]) { first -= 1 }
    return (Array(paths[..<first]), Array(paths[first...]))
  }
}
