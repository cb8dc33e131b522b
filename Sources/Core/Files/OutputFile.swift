#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The system's calls on paths. Swift keeps each path's C string alive during the call that takes it.
package enum FileSystem {
  /// Makes a folder and those above it; one that is there already is fine.
  package static func makeFolder(_ path: String) throws(FileError) {
    var current = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      current += part
      if unsafe mkdir(current, 0o777) != 0 {
        // Before errno is asked for anything else: a folder that exists may also be reported as read-only or forbidden.
        let failure = FileError(operation: "make the folder", path: current)
        guard isFolder(current) else { throw failure }
      }
      current += "/"
    }
  }

  /// Whether something has that name, be it a link to nothing.
  package static func exists(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0
  }

  /// Whether the path leads to a folder.
  package static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// What stands at a path and is no file that could be replaced (a device, say), as a noun; nil for a file or nothing.
  package static func obstacle(_ path: String) -> String? {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    return switch status.st_mode & S_IFMT {
    case S_IFREG: nil
    case S_IFDIR: "folder"
    case S_IFIFO: "pipe"
    default: "device"
    }
  }

  /// Gives a file a second name; false where that cannot be.
  package static func link(_ path: String, to second: String) -> Bool {
    #if canImport(Glibc)
      unsafe Glibc.link(path, second) == 0
    #elseif canImport(Musl)
      unsafe Musl.link(path, second) == 0
    #else
      unsafe Darwin.link(path, second) == 0
    #endif
  }

  /// Moves a file over another, in one step.
  package static func rename(_ path: String, to target: String) throws(FileError) {
    #if canImport(Glibc)
      let status = unsafe Glibc.rename(path, target)
    #elseif canImport(Musl)
      let status = unsafe Musl.rename(path, target)
    #else
      let status = unsafe Darwin.rename(path, target)
    #endif
    if status != 0 { throw FileError(operation: "write", path: target) }
  }

  /// An error where a file could not be written into a folder, which may be still to be made. What it takes to find
  /// that out is gone afterwards: signals wait for that, and what a kill left goes the next time.
  package static func checkWritable(_ folder: String) throws(FileError) {
    let signals = HeldSignals()
    let outcome = Result { () throws(FileError) in try tryWriting(into: folder) }
    _ = consume signals
    try outcome.get()
  }

  private static func tryWriting(into folder: String) throws(FileError) {
    // No folder is made for it: another program might be about to use one that would be removed again.
    let place = try deepestFolder(of: folder)
    removeLeftovers(of: ["probe"], in: place)
    do throws(FileError) {
      let probe = try OutputFile(beside: place + "/probe")
      remove(probe.path)
    } catch {
      throw FileError(operation: "write to", path: folder, reason: error.reason)
    }
  }

  /// The last folder of a path that is there; an error where the rest could not be made in it.
  private static func deepestFolder(of path: String) throws(FileError) -> String {
    var (deepest, current) = path.hasPrefix("/") ? ("/", "/") : (".", "")
    for part in path.split(separator: "/") {
      current += part
      var status = stat()
      if unsafe stat(current, &status) != 0 {
        guard errno == ENOENT, !exists(current) else { throw FileError(operation: "make the folder", path: current) }
        return deepest
      }
      guard isFolder(current) else {
        throw FileError(operation: "make the folder", path: current, reason: "a file of that name is in the way")
      }
      deepest = current
      current += "/"
    }
    return deepest
  }

  /// Removes a file, if it is there.
  package static func remove(_ path: String) { _ = unsafe unlink(path) }

  /// Brings a folder's names to the disk.
  package static func synchronize(folder: String) throws(FileError) {
    let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(operation: "write to", path: folder) }
    defer { close(descriptor) }
    // Some file systems cannot synchronise a folder; their names are then as safe as they get.
    if fsync(descriptor) != 0 && errno != EINVAL { throw FileError(operation: "write to", path: folder) }
  }
}

/// A new temporary file that is being written. While it is, the process holds a lock on it, by which others see that it
/// is in use: a lock ends with its process, however that ends.
package struct OutputFile: ~Copyable {
  /// The temporary file's path.
  package let path: String
  private let target: String
  private let descriptor: Int32

  /// Makes a hidden file of a name of its own beside `target`.
  package init(beside target: String) throws(FileError) {
    let (folder, name) = split(target)
    for attempt in 0..<1000 {
      let path = folder + TemporaryName.file(for: name, attempt: attempt)
      let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 {
        // Where the file system knows no locks, nobody takes the file for left behind either.
        flock(descriptor, LOCK_EX | LOCK_NB)
        self.path = path
        self.target = target
        self.descriptor = descriptor
        return
      }
      if errno != EEXIST { break }
    }
    throw FileError(operation: "write", path: target)
  }

  /// Makes the file at `path`, in a folder that is temporary itself; messages name `target`.
  package init(at path: String, for target: String) throws(FileError) {
    descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileError(operation: "write", path: target) }
    (self.path, self.target) = (path, target)
  }

  deinit { close(descriptor) }

  /// Writes all of `bytes`.
  package func append(_ bytes: [UInt8]) throws(FileError) {
    try HeldSignals.check(target)
    var start = 0
    while start < bytes.count {
      // The buffer lives until the call returns, and the slice lies inside it.
      let written = unsafe bytes.withUnsafeBytes { buffer in
        let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[start...])
        return unsafe write(descriptor, rest.baseAddress, rest.count)
      }
      if written < 0 && errno == EINTR {
        try HeldSignals.check(target)
        continue
      }
      guard written > 0 else { throw FileError(operation: "write", path: target) }
      start += written
    }
  }

  /// Brings the bytes to the disk.
  package func finish() throws(FileError) {
    if fsync(descriptor) != 0 { throw FileError(operation: "write", path: target) }
    try HeldSignals.check(target)
  }
}

/// A path's folder with its slash, and its last name.
func split(_ path: String) -> (folder: String, name: String) {
  let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
  return (String(path[..<slash]), String(path[slash...]))
}

/// What temporary files are called, so that those that a kill left behind are known by their names.
enum TemporaryName {
  /// A file that will be called `name`.
  static func file(for name: String, attempt: Int) -> String { ".\(name).\(getpid()).\(attempt).tmp" }

  /// Whether a file so called was to become `name`, or is what `name` was before.
  static func isFile(_ candidate: String, for name: String) -> Bool {
    let plain = candidate.hasSuffix(".former") ? String(candidate.dropLast(7)) : candidate
    guard plain.hasPrefix(".\(name)."), plain.hasSuffix(".tmp") else { return false }
    let numbers = plain.dropFirst(name.count + 2).dropLast(4).split(separator: ".", omittingEmptySubsequences: false)
    return numbers.count == 2 && numbers.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isNumber) }
  }
}

extension FileSystem {
  /// Removes from a folder what runs that were killed left of files that were to be called `names`.
  package static func removeLeftovers(of names: [String], in folder: String) {
    for entry in hiddenNames(in: folder) where names.contains(where: { TemporaryName.isFile(entry, for: $0) }) {
      let path = folder + "/" + entry
      let descriptor = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
      guard descriptor >= 0 else { continue }
      defer { close(descriptor) }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { remove(path) }
    }
  }

  /// The names in a folder that begin with a point, but for `.` and `..`.
  static func hiddenNames(in folder: String) -> [String] {
    names(in: folder).filter { $0.hasPrefix(".") }
  }

  /// All names in a folder; none where it cannot be listed.
  static func names(in folder: String) -> [String] {
    let entries = folderEntries(PathBytes(folder.utf8), hidden: true) ?? []
    return entries.compactMap { String(validating: $0.name, as: UTF8.self) }
  }
}
