#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A path or a name as the system holds it: bytes without a final zero, not necessarily UTF-8.
package typealias PathBytes = [UInt8]

/// What lies at a path.
package struct FileStatus {
  package enum Kind { case file, folder, other }
  package var kind: Kind
  /// Device and file number: the same for all names of one file.
  package var identity: SIMD2<UInt64>

  /// Looks at `path`, following links; nil with the reason in `errno`.
  package init?(_ path: PathBytes) {
    var status = stat()
    guard unsafe stat(terminated(path), &status) == 0 else { return nil }  // path ends with a zero
    kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .folder
      default: .other
      }
    identity = SIMD2(UInt64(truncatingIfNeeded: status.st_dev), UInt64(status.st_ino))
  }
}

/// One name in a folder, and what the folder itself tells of it without a look at the file.
package struct FolderEntry {
  package enum Kind { case file, folder, unknown }
  package var name: PathBytes
  package var kind: Kind
}

/// The names in the folder at `path`, in no particular order, those that begin with a dot only where `hidden` says so
/// (but `.` and `..` never); nil with the reason in `errno`.
package func folderEntries(_ path: PathBytes, hidden: Bool = false) -> [FolderEntry]? {
  guard let folder = unsafe opendir(terminated(path)) else { return nil }
  defer { unsafe closedir(folder) }
  var entries: [FolderEntry] = []
  errno = 0
  // The entry is valid until the next call; its name is copied at once.
  while let entry = unsafe readdir(folder) {
    let capacity = MemoryLayout.size(ofValue: unsafe entry.pointee.d_name)
    let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
      unsafe PathBytes(bytes.prefix(capacity).prefix { $0 != 0 })
    }
    let isHidden = name.first == UInt8(ascii: ".")
    guard hidden ? name != [0x2E] && name != [0x2E, 0x2E] : !isHidden else { continue }
    let kind: FolderEntry.Kind =
      switch Int(unsafe entry.pointee.d_type) {
      case Int(DT_REG): .file
      case Int(DT_DIR): .folder
      default: .unknown
      }
    entries.append(FolderEntry(name: name, kind: kind))
  }
  return errno == 0 ? entries : nil
}

/// The first bytes of the file at `path`, at most `count`; nil where it cannot be read.
package func firstBytes(_ path: PathBytes, count: Int) -> [UInt8]? {
  let descriptor = unsafe open(terminated(path), O_RDONLY | O_CLOEXEC | O_NONBLOCK)  // path ends with a zero
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  var bytes = [UInt8](repeating: 0, count: count)
  // The buffer is as long as what is asked for.
  let got = unsafe bytes.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, count) }
  return got < 0 ? nil : Array(bytes.prefix(got))
}

/// The absolute path without links and dots; nil where there is none.
package func resolved(_ path: PathBytes) -> PathBytes? {
  guard let real = unsafe realpath(terminated(path), nil) else { return nil }
  defer { unsafe free(real) }
  return unsafe PathBytes(String(cString: real).utf8)  // realpath ends it with a zero
}

func terminated(_ path: PathBytes) -> [CChar] { path.map { CChar(bitPattern: $0) } + [0] }

/// The system's words for its last refusal.
package func systemWords(_ code: Int32 = errno) -> String {
  unsafe String(cString: strerror(code))  // always a terminated string
}
