#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension FileSystem {
  /// The running program's own file as an absolute path with links resolved; nil where the system does not tell.
  package static var executable: String? { resolved("/proc/self/exe") }

  /// The folder of an installed program's own files: PREFIX/share/dyviz of PREFIX/bin/dyviz.
  ///
  /// - Parameter executable: The program's absolute path, links resolved.
  package static func share(of executable: String) -> String {
    join("/" + executable.split(separator: "/").dropLast(2).joined(separator: "/"), "share/dyviz")
  }

  /// A path below a folder.
  package static func join(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }

  /// An absolute path to the same thing, without links; nil where nothing is there.
  package static func resolved(_ path: String) -> String? {
    // The system allocates the string, which is copied before it is freed.
    guard let found = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(found) }
    return unsafe String(validatingCString: found)
  }
}
