import Export
import Foundation
import Testing

/// A folder of its own for one test.
private func withFolder(_ body: (String) throws -> Void) throws {
  let url = FileManager.default.temporaryDirectory.appendingPathComponent("dyviz-export-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: url) }
  try body(url.path)
}

private func names(_ folder: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
}

private func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }

private func file(_ name: String, _ text: String) -> ExportFile { ExportFile(name: name, bytes: Array(text.utf8)) }

@Test("Files appear in a folder that is made with those above it, and replace earlier ones")
func filesAppear() throws {
  try withFolder { root in
    let folder = root + "/deep/er/out"
    try ExportWriter.write([file("a.csv", "1"), file("b.csv", "2")], to: folder)
    try ExportWriter.write(
      [file("a.csv", "3"), file("b.csv", String(repeating: "x", count: 300_000))], to: folder + "/")
    #expect(try names(folder) == ["a.csv", "b.csv"])
    #expect(text(folder + "/a.csv") == "3" && text(folder + "/b.csv")?.count == 300_000)
  }
}

@Test("A file in pieces arrives in order")
func piecesArriveInOrder() throws {
  try withFolder { root in
    let pieces = ExportFile(name: "pieces") { emit in
      for byte in 0..<200 as Range<UInt8> { try emit([byte, 255 - byte]) }
      try emit([])
    }
    try ExportWriter.write([pieces], to: root)
    #expect(try Array(Data(contentsOf: URL(fileURLWithPath: root + "/pieces"))) == pieces.bytes())
  }
}

@Test("When one file fails nothing of the set appears and earlier files stay")
func failureLeavesEarlierFiles() throws {
  struct Broken: Error {}
  try withFolder { root in
    try ExportWriter.write([file("a", "old a"), file("b", "old b")], to: root)
    let broken = ExportFile(name: "c") { emit in
      try emit([1, 2, 3])
      throw Broken()
    }
    #expect(throws: Broken.self) { try ExportWriter.write([file("a", "new a"), file("b", "new b"), broken], to: root) }
    #expect(try names(root) == ["a", "b"])
    #expect(text(root + "/a") == "old a" && text(root + "/b") == "old b")
  }
}

@Test("When a name is taken away at the last moment the files before it come back")
func renamingRollsBack() throws {
  try withFolder { root in
    try ExportWriter.write([file("a", "old a")], to: root)
    // While the last file is written, a folder takes the name of one that was checked already.
    let meddling = ExportFile(name: "d") { emit in
      try FileManager.default.createDirectory(atPath: root + "/c", withIntermediateDirectories: false)
      try emit([1])
    }
    let files = [file("a", "new a"), file("b", "new b"), file("c", "new c"), meddling]
    let error = #expect(throws: ExportError.self) { try ExportWriter.write(files, to: root) }
    #expect(error?.path == root + "/c")
    #expect(try names(root) == ["a", "c"])
    #expect(text(root + "/a") == "old a")
  }
}

@Test("Files of others stay the same files, those of an earlier set go, and what a kill left behind")
func foldersAreReplaced() throws {
  try withFolder { root in
    let folder = root + "/v"
    try ExportWriter.write([file("a", "1"), file("b", "1"), file("old", "1")], to: folder)
    try Data("mine".utf8).write(to: URL(fileURLWithPath: folder + "/notes.txt"))
    try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "nowhere")
    let number = try FileManager.default.attributesOfItem(atPath: folder + "/notes.txt")[.systemFileNumber] as? Int
    // Left by kills: a folder beside it, and a file of an older version in it. Others' hidden files are none of these.
    try FileManager.default.createDirectory(atPath: root + "/.dyviz-export-v-12", withIntermediateDirectories: false)
    for path in ["/.dyviz-export-v-12/a", "/v/.a.77.0.tmp", "/v/.hidden", "/.dyviz-export-w-12", "/v/.a.notes.tmp"] {
      try Data("left".utf8).write(to: URL(fileURLWithPath: root + path))
    }
    try ExportWriter.write([file("a", "2"), file("b", "2")], to: folder, obsolete: ["old"])
    #expect(try names(folder) == [".a.notes.tmp", ".hidden", "a", "b", "link", "notes.txt"])
    #expect(try names(root) == [".dyviz-export-w-12", "v"])
    #expect(text(folder + "/a") == "2" && text(folder + "/notes.txt") == "mine")
    let after = try FileManager.default.attributesOfItem(atPath: folder + "/notes.txt")[.systemFileNumber] as? Int
    #expect(number != nil && number == after)
  }
}

@Test("A link to a folder is written into, and stays a link")
func linksThatStay() throws {
  try withFolder { root in
    try FileManager.default.createDirectory(atPath: root + "/v", withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: root + "/link", withDestinationPath: "v")
    try ExportWriter.write([file("a", "1"), file("b", "1")], to: root + "/v")
    try ExportWriter.write([file("a", "2"), file("b", "2")], to: root + "/link/")
    #expect(try names(root) == ["link", "v"] && names(root + "/v") == ["a", "b"])
    #expect(text(root + "/v/a") == "2")
    #expect((try? FileManager.default.destinationOfSymbolicLink(atPath: root + "/link")) == "v")
  }
}

/// A file's number, the same for all its names.
private func number(_ path: String) -> Int? {
  (try? FileManager.default.attributesOfItem(atPath: path))?[.systemFileNumber] as? Int
}

private func makeFolder(_ path: String, mode: Int = 0o755) throws {
  try FileManager.default.createDirectory(
    atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: mode])
}

@Test("A folder with sub-folders is replaced in one step; files in them stay the same files")
func subfolders() throws {
  try withFolder { root in
    let folder = root + "/v"
    try ExportWriter.write([file("a", "1"), file("b", "1")], to: folder)
    try makeFolder(folder + "/plots/deep")
    try makeFolder(folder + "/empty", mode: 0o750)
    try makeFolder(folder + "/old")
    for path in ["/plots/x.png", "/plots/deep/y.png", "/old/z.png"] {
      try Data(path.utf8).write(to: URL(fileURLWithPath: folder + path))
    }
    try FileManager.default.createSymbolicLink(atPath: folder + "/plots/up", withDestinationPath: "..")
    try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: folder + "/plots/deep")
    let before = ["", "/plots/x.png", "/plots/deep/y.png", "/old/z.png"].map { number(folder + $0) }
    // `old` is a name that the set takes away, but only as a file.
    try ExportWriter.write([file("a", "2"), file("b", "2")], to: folder, obsolete: ["old"])
    #expect(try names(root) == ["v"])
    #expect(
      try names(folder) == ["a", "b", "empty", "old", "plots"] && names(folder + "/plots") == ["deep", "up", "x.png"])
    let after = ["", "/plots/x.png", "/plots/deep/y.png", "/old/z.png"].map { number(folder + $0) }
    #expect(before[1...] == after[1...] && !after.contains(nil))
    // In one step: the folder is another one.
    #expect(before[0] != after[0] && text(folder + "/a") == "2")
    let modes = try ["/empty", "/plots/deep", "/plots"].map {
      try FileManager.default.attributesOfItem(atPath: folder + $0)[.posixPermissions] as? Int
    }
    #expect(modes == [0o750, 0o500, 0o755])
  }
}

@Test("What others put into a sub-folder while files are written is kept, and what a kill left is not lost with it")
func subfoldersInUse() throws {
  try withFolder { root in
    let folder = root + "/v"
    try ExportWriter.write([file("a", "1"), file("b", "1")], to: folder)
    try makeFolder(folder + "/plots")
    // A program that was killed behind the exchange: the former folder with second names, and a file that came late.
    let left = root + "/.dyviz-export-v-12"
    try makeFolder(left + "/plots/late")
    try ExportWriter.write([file("kept", "kept")], to: folder + "/plots")
    try FileManager.default.linkItem(atPath: folder + "/plots/kept", toPath: left + "/plots/kept")
    try FileManager.default.linkItem(atPath: folder + "/plots/kept", toPath: left + "/plots/gone")
    try Data("late".utf8).write(to: URL(fileURLWithPath: left + "/plots/late/file"))
    try Data("half".utf8).write(to: URL(fileURLWithPath: left + "/a"))
    let meddling = ExportFile(name: "b") { emit in
      try makeFolder(folder + "/new")
      for path in ["/new/file", "/plots/new"] { try Data("new".utf8).write(to: URL(fileURLWithPath: folder + path)) }
      try emit([1])
    }
    try ExportWriter.write([file("a", "2"), meddling], to: folder)
    #expect(try names(root) == ["v"] && names(folder) == ["a", "b", "new", "plots"])
    #expect(try names(folder + "/plots") == ["kept", "late", "new"] && names(folder + "/plots/late") == ["file"])
    #expect(text(folder + "/a") == "2" && text(folder + "/new/file") == "new" && text(folder + "/plots/new") == "new")
  }
}

@Test("A place is tried without leaving anything there")
func placesAreTried() throws {
  try withFolder { root in
    try ExportWriter.check(folder: root + "/deep/er", for: ["a"])
    #expect(try names(root).isEmpty)
    try ExportWriter.write([file("plain", "x")], to: root)
    #expect(throws: ExportError.self) { try ExportWriter.check(folder: root + "/plain/out", for: []) }
    #expect(throws: ExportError.self) { try ExportWriter.check(folder: root + "/plain", for: []) }
    #expect(throws: ExportError.self) { try ExportWriter.check(folder: "/proc/no-such-place", for: []) }
    try FileManager.default.createDirectory(atPath: root + "/a", withIntermediateDirectories: false)
    #expect(throws: ExportError.self) { try ExportWriter.check(folder: root, for: ["a"]) }
  }
}

@Test("Errors name the path and the reason")
func errorsNameThePath() throws {
  try withFolder { root in
    try ExportWriter.write([file("plain", "x")], to: root)
    let inside = #expect(throws: ExportError.self) { try ExportWriter.write([file("a", "1")], to: root + "/plain/out") }
    #expect(inside?.description == "cannot make the folder \(root)/plain: File exists")
    try FileManager.default.createDirectory(atPath: root + "/a.csv", withIntermediateDirectories: false)
    let folder = #expect(throws: ExportError.self) { try ExportWriter.write([file("a.csv", "1")], to: root) }
    #expect(folder?.description == "cannot write \(root)/a.csv: a folder of that name is in the way")
    try #require(unsafe mkfifo(root + "/b.csv", 0o600) == 0)
    let pipe = #expect(throws: ExportError.self) { try ExportWriter.write([file("b.csv", "1")], to: root) }
    #expect(pipe?.description == "cannot write \(root)/b.csv: a pipe of that name is in the way")
    #expect(throws: ExportError.self) { try ExportWriter.write([file("a", "1")], to: "/proc/no-such-place") }
    #expect(try names(root) == ["a.csv", "b.csv", "plain"])
  }
}
