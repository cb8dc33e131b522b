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

/// A new temporary file that is being written.
package struct OutputFile: ~Copyable {
  /// The temporary file's path.
  package let path: String
  private let target: String
  private let descriptor: Int32

  /// Makes a hidden file of a name of its own beside `target`.
  package init(beside target: String) throws(FileError) {
    let slash = target.lastIndex(of: "/").map { target.index(after: $0) } ?? target.startIndex
    let stem = target[..<slash] + "." + target[slash...] + ".\(getpid())"
    for attempt in 0..<1000 {
      let path = "\(stem).\(attempt).tmp"
      let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 {
        self.path = path
        self.target = target
        self.descriptor = descriptor
        return
      }
      if errno != EEXIST { break }
    }
    throw FileError(operation: "write", path: target)
  }

  deinit { close(descriptor) }

  /// Writes all of `bytes`.
  package func append(_ bytes: [UInt8]) throws(FileError) {
    var start = 0
    while start < bytes.count {
      // The buffer lives until the call returns, and the slice lies inside it.
      let written = unsafe bytes.withUnsafeBytes { buffer in
        let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[start...])
        return unsafe write(descriptor, rest.baseAddress, rest.count)
      }
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { throw FileError(operation: "write", path: target) }
      start += written
    }
  }

  /// Brings the bytes to the disk.
  package func finish() throws(FileError) {
    if fsync(descriptor) != 0 { throw FileError(operation: "write", path: target) }
  }
}
