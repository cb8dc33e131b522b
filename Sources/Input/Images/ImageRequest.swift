import Archives
import Files
import PlainText

/// Where images are to come from, as a user says it.
public struct ImageRequest: Sendable, Equatable {
  /// What standard input is called on a command line.
  public static let standardInput = "-"
  /// Most paths that one with braces becomes.
  private static let mostExpanded = 100_000

  /// Folders, image files and archives, in this order; or standard input alone.
  public var paths: [String]
  /// A text file with the paths of images; standard input's name for that.
  public var list: String?
  /// A text file with the classes of images.
  public var table: String?

  /// A request; paths with braces that are no file's name become several.
  public init(paths: [String], list: String? = nil, table: String? = nil) {
    self.paths = paths.flatMap { path in
      !path.contains("{") || FileStatus(PathBytes(path.utf8)) != nil ? [path] : Self.expanded(path)
    }
    self.list = list
    self.table = table
  }

  /// Whether the images come once, as an archive on standard input.
  public var isStream: Bool { paths == [Self.standardInput] && list == nil }

  /// What it is called in messages.
  public var name: String {
    if isStream { return "standard input" }
    let list = list.map { $0 == Self.standardInput ? "standard input" : $0.escaped }
    let named = paths.prefix(1).map(\.escaped) + (paths.count > 1 ? ["\(paths.count - 1) more"] : [])
    return list ?? named.joined(separator: " and ")
  }

  /// Whether a path names images for certain, and no model: a folder, a file that is an image or an archive, standard
  /// input, or a path with braces.
  public static func isSource(_ path: String) -> Bool {
    if path == standardInput { return true }
    let bytes = PathBytes(path.utf8)
    guard let status = FileStatus(bytes) else { return path.contains("{") && expanded(path).count > 1 }
    guard status.kind == .file else { return status.kind == .folder }
    return ImageNames.isImage(bytes) || ArchiveFormat.isArchive(bytes)
      || firstBytes(bytes, count: ImageFormat.signatureLength).flatMap { ImageFormat(signature: $0) } != nil
  }

  /// `a-{00..02}.tar` and `{a,b}.tar` as a shell expands them, with as many digits as the ends of a range have; the
  /// path itself where there is nothing to expand, or too much.
  static func expanded(_ path: String) -> [String] {
    guard let open = path.firstIndex(of: "{"), let close = path[open...].firstIndex(of: "}") else { return [path] }
    let inner = path[path.index(after: open)..<close]
    let choices =
      range(inner)
      ?? (inner.contains(",") ? inner.split(separator: ",", omittingEmptySubsequences: false).map(String.init) : nil)
    let rests = expanded(String(path[path.index(after: close)...]))
    let middle = choices ?? [String(path[open...close])]
    guard middle.count <= mostExpanded / max(rests.count, 1) else { return [path] }
    return middle.flatMap { choice in rests.map { path[..<open] + choice + $0 } }
  }

  private static func range(_ text: Substring) -> [String]? {
    let ends = text.split(separator: ".", omittingEmptySubsequences: false)
    guard ends.count == 3, ends[1].isEmpty, let first = number(ends[0]), let last = number(ends[2]),
      abs(last - first) < mostExpanded
    else { return nil }
    let isPadded = [ends[0], ends[2]].contains { $0.count > 1 && $0.first == "0" }
    let width = isPadded ? max(ends[0].count, ends[2].count) : 1
    return stride(from: first, through: last, by: first <= last ? 1 : -1).map { number in
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
  }

  /// A whole number of at most 12 digits.
  private static func number(_ text: Substring) -> Int? {
    (1...12).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
  }
}
