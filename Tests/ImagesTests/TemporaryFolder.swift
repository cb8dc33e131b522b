import Foundation

/// A folder for one test, gone with the last reference.
final class TemporaryFolder {
  let url: URL
  var path: String { url.path(percentEncoded: false) }

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "dyviz-images-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Writes a file, with the folders it needs.
  func write(_ relative: String, _ bytes: [UInt8] = [1]) throws {
    let file = url.appending(path: relative)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }

  /// Runs a line of shell in the folder, and gives its status.
  @discardableResult
  func shell(_ line: String) throws -> Int32 {
    let shell = Process()
    shell.executableURL = URL(filePath: "/bin/sh")
    shell.arguments = ["-c", line]
    shell.currentDirectoryURL = url
    try shell.run()
    shell.waitUntilExit()
    return shell.terminationStatus
  }

  /// Makes a symbolic link to `target`, which is taken as it is.
  func link(_ relative: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: url.appending(path: relative).path(percentEncoded: false), withDestinationPath: target)
  }
}
