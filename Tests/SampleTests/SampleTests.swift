import Files
import Foundation
import Sample
import Testing

/// Finding and writing the sample, on a small one.
@Suite struct SampleTests {
  @Test("A program in PREFIX/bin has the sample of PREFIX/share/dyviz, in whatever folder PREFIX is")
  func installed() throws {
    try withFolder { folder in
      let share = folder.appending(path: "usr/share/dyviz")
      try makeSample(in: share)
      #expect(Sample(of: folder.path + "/usr/bin/dyviz")?.folder == share.path)
      #expect(Sample(of: folder.path + "/other/bin/dyviz") == nil)
    }
  }

  @Test("A program that was built in a checkout has the checkout's, but an installation's goes before it")
  func checkout() throws {
    try withFolder { folder in
      try makeSample(in: folder)
      #expect(Sample(of: folder.path + "/.build/x86_64-unknown-linux-gnu/release/dyviz")?.folder == folder.path)
      let share = folder.appending(path: "root/share/dyviz")
      try makeSample(in: share)
      #expect(Sample(of: folder.path + "/root/bin/dyviz")?.folder == share.path)
    }
  }

  @Test("The copy is the sample, with the folders that were asked for and nothing beside them")
  func copy() throws {
    try withFolder { folder in
      try makeSample(in: folder)
      let sample = try #require(Sample(in: folder.path))
      let target = folder.appending(path: "new/place")
      try sample.write(to: target.path + "/")
      #expect(try tree(target) == tree(folder, only: ["sample-weights", "sample-images"]))
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: target.path).sorted() == [
          "sample-images", "sample-weights",
        ])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/new") == ["place"])
      #expect(Sample(in: target.path)?.folder == target.path)
    }
  }

  @Test("What is there already is refused and left alone", arguments: ["file", "folder", "link"])
  func existing(_ kind: String) throws {
    try withFolder { folder in
      try makeSample(in: folder)
      let target = folder.appending(path: "taken")
      switch kind {
      case "file": try Data("mine".utf8).write(to: target)
      case "folder": try FileManager.default.createDirectory(at: target, withIntermediateDirectories: false)
      default: try FileManager.default.createSymbolicLink(atPath: target.path, withDestinationPath: "nowhere")
      }
      let before = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      let sample = try #require(Sample(in: folder.path))
      let error = #expect(throws: FileError.self) { try sample.write(to: target.path) }
      #expect(error?.description == "cannot write \(target.path): something of that name is there already")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == before)
    }
  }

  @Test("A sample that cannot be read whole leaves nothing behind")
  func unreadable() throws {
    try withFolder { folder in
      try makeSample(in: folder)
      let odd = folder.appending(path: "sample-images/bag/odd.png").path
      try FileManager.default.createSymbolicLink(atPath: odd, withDestinationPath: "nowhere")
      let sample = try #require(Sample(in: folder.path))
      let error = #expect(throws: FileError.self) { try sample.write(to: folder.path + "/copy") }
      #expect(error?.path == odd)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == [
          "sample-images", "sample-weights",
        ])
    }
  }

  @Test("What a kill left goes the next time")
  func leftover() throws {
    try withFolder { folder in
      try makeSample(in: folder)
      try makeSample(in: folder.appending(path: ".dyviz-new-copy-123"))
      try #require(Sample(in: folder.path)).write(to: folder.path + "/copy")
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
          == ["copy", "sample-images", "sample-weights"])
    }
  }

  private func makeSample(in folder: URL) throws {
    for (name, text) in [
      ("sample-weights/model.bin", "weights"), ("sample-weights/README.md", "terms"),
      ("sample-images/bag/1.png", "one"),
      ("sample-images/coat/2.png", "two"),
    ] {
      let file = folder.appending(path: name)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
  }

  /// The files below a folder, or below some of its folders, and what they hold.
  private func tree(_ folder: URL, only parts: [String] = [""]) throws -> [String: String] {
    var files: [String: String] = [:]
    for part in parts {
      for name in try FileManager.default.subpathsOfDirectory(atPath: folder.appending(path: part).path) {
        let path = part.isEmpty ? name : part + "/" + name
        let file = folder.appending(path: path)
        var isFolder: ObjCBool = false
        // The variable lives through the call.
        _ = unsafe FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder)
        if !isFolder.boolValue { files[path] = try String(contentsOf: file, encoding: .utf8) }
      }
    }
    return files
  }

  private func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appending(path: "dyviz-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }
}
