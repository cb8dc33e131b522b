import Foundation
import Images
import Testing

struct ImageSourceTests {
  @Test("A folder is listed recursively, in the byte order of the relative paths")
  func order() throws {
    let folder = try TemporaryFolder()
    let names = ["b/1.png", "a/2.jpg", "a.png", "B.png", "a/10.jpg", "ä.webp", "a b/1.JPEG", "z/y/x/1.jfif"]
    for name in names { try folder.write(name) }
    let items = try ImageSource(paths: [folder.path]).items
    #expect(items.map(\.relativePath) == names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    #expect(items.map(\.identity.ordinal) == Array(0..<names.count))
    #expect(items.allSatisfy { FileManager.default.fileExists(atPath: $0.path) })
    #expect(Set(items.map(\.identity.key)).count == names.count)
  }

  @Test("A key depends on the relative path alone")
  func keys() throws {
    let (first, second) = (try TemporaryFolder(), try TemporaryFolder())
    for name in ["a/1.png", "a/2.png", "a/3.png"] { try first.write(name) }
    try second.write("a/2.png")
    let key = try ImageSource(paths: [first.path]).items[1].identity.key
    #expect(try ImageSource(paths: [second.path + "/"]).items[0].identity.key == key)
    // FNV-1a of "a/2.png", computed apart from this program.
    #expect(key == 0xf1a1_e32d_e304_6624)
  }

  @Test("Files that are no images are counted by their endings, hidden ones not even that")
  func ignoredFiles() throws {
    let folder = try TemporaryFolder()
    for name in ["README.md", "labels.csv", "a/x.json", "a/png", ".hidden.png", ".git/1.png"] {
      try folder.write(name)
    }
    try folder.write("a/picture", GoldenImages.bytes("sources/1bit.png"))
    try folder.write("a/photo.txt", GoldenImages.bytes("sources/one.jpg"))
    try folder.write("a/broken.webp", [])
    let source = try ImageSource(paths: [folder.path])
    #expect(source.items.map(\.relativePath) == ["a/broken.webp", "a/photo.txt", "a/picture"])
    #expect(source.listing.otherFiles == [".md": 1, ".csv": 1, ".json": 1, "": 1])
    #expect(!source.listing.hasOtherPictures)
    for name in ["a/scan.TIF", "b.tif", "b.bmp", "c.averylongending"] { try folder.write(name) }
    let more = try ImageSource(paths: [folder.path]).listing
    #expect(more.otherFiles == [".md": 1, ".csv": 1, ".json": 1, "": 2, ".tif": 2, ".bmp": 1])
    #expect(more.hasOtherPictures)
  }

  @Test("The nearest enclosing folder that bears a label gives the class")
  func labels() throws {
    let folder = try TemporaryFolder()
    let names = ["1.png", "cat/2.png", "cat/dog/3.png", "dog/more/4.png", "no-label/cat.png", "Cat/5.png"]
    for name in names { try folder.write(name) }
    let labels = ["dog", "cat", "horse", "5.png"]
    let items = try ImageSource(paths: [folder.path], labels: labels).items
    let found = Dictionary(uniqueKeysWithValues: items.map { ($0.relativePath, $0.label) })
    #expect(
      found == [
        "1.png": nil, "cat/2.png": 1, "cat/dog/3.png": 0, "dog/more/4.png": 0, "no-label/cat.png": nil,
        "Cat/5.png": nil,
      ])
    let listing = try ImageSource(paths: [folder.path], labels: labels).listing
    #expect(listing.unlabelled.map(\.path) == ["", "Cat", "no-label"])
    #expect(listing.unlabelled.allSatisfy { $0.images == 1 })
    #expect(listing.doubts == [#"the folder names "Cat" and "cat" may all be the class "cat": "cat" has it"#])
    #expect(try ImageSource(paths: [folder.path]).listing.unlabelled.isEmpty, "without labels nothing lacks one")
    #expect(try ImageSource(paths: [folder.path + "/cat"], labels: labels).items.map(\.label) == [1, 0])
    #expect(try ImageSource(paths: [folder.path + "/cat/2.png"], labels: labels).items.map(\.label) == [1])
  }

  @Test("Several paths keep their order, and what is given twice counts once")
  func severalPaths() throws {
    let folder = try TemporaryFolder()
    for name in ["a/1.png", "b/1.png", "notes"] { try folder.write(name) }
    let paths = ["/b", "/notes", "/a", "/b", "/a/../notes"].map { folder.path + $0 }
    let items = try ImageSource(paths: paths).items
    #expect(items.map(\.relativePath) == ["1.png", "notes", "1.png"])
    #expect(items.map(\.path) == ["/b/1.png", "/notes", "/a/1.png"].map { folder.path + $0 })
  }

  @Test("An image that is named beside its folder counts once, as what named it first says")
  func namedBesideItsFolder() throws {
    let folder = try TemporaryFolder()
    for name in ["a/1.png", "a/2.png", "a/.3.png", "a/notes", "b/1.png"] { try folder.write(name) }
    func found(_ paths: [String]) throws -> [String] {
      try ImageSource(paths: paths.map { folder.path + $0 }).items.map { String($0.path.dropFirst(folder.path.count)) }
    }
    #expect(try found(["/a", "/a/1.png"]) == ["/a/1.png", "/a/2.png"])
    #expect(try found(["/a/2.png", "/a"]) == ["/a/2.png", "/a/1.png"])
    #expect(try found(["/a/../a/2.png", ""]).sorted() == ["/a/../a/2.png", "/a/1.png", "/b/1.png"])
    // What a folder's own search passes over is still to be read.
    #expect(try found(["/a", "/a/.3.png", "/a/notes"]) == ["/a/1.png", "/a/2.png", "/a/.3.png", "/a/notes"])
    // A file that was named is none of those that were not read.
    #expect(try ImageSource(paths: [folder.path + "/a/notes", folder.path + "/a"]).listing.otherFiles.isEmpty)
    #expect(try ImageSource(paths: [folder.path + "/a"]).listing.otherFiles == ["": 1])
  }

  @Test("Links are followed, loops end, and a folder goes by its own name")
  func links() throws {
    let folder = try TemporaryFolder()
    let outside = try TemporaryFolder()
    try outside.write("o.png")
    for name in ["real/1.png", "real/deep/2.png"] { try folder.write(name) }
    try folder.link("a-loop", to: ".")
    try folder.link("real/deep/up", to: "../..")
    try folder.link("a-name", to: "real")
    try folder.link("out", to: outside.path)
    try folder.link("other-out", to: outside.path)
    try folder.link("file.png", to: "real/1.png")
    try folder.link("dangling.png", to: "nowhere")
    try folder.link("itself", to: "itself")
    let source = try ImageSource(paths: [folder.path])
    #expect(
      source.items.map(\.relativePath)
        == ["dangling.png", "file.png", "itself", "other-out/o.png", "real/1.png", "real/deep/2.png"])
    // What could not be followed fails when it is read, so that no run passes over it in silence.
    let reader = sampleReader()
    for (name, words) in [
      ("dangling.png", "No such file or directory"), ("itself", "Too many levels of symbolic links"),
    ] {
      let item = try #require(source.items.first { $0.relativePath == name })
      #expect(throws: ImageFailure(path: "\(folder.path)/\(name)", reason: .unreadable(words))) {
        try reader.read(item, into: sampleOutput(reader))
      }
    }
  }

  @Test("Names that are not UTF-8 can be read")
  func strangeNames() throws {
    let folder = try TemporaryFolder()
    let name = Array("\(folder.path)/".utf8) + [0x66, 0xFC, 0x72, 0x2E, 0x70, 0x6E, 0x67]
    let file = unsafe open(name.map { CChar(bitPattern: $0) } + [0], O_CREAT | O_WRONLY, 0o600)
    let content = try GoldenImages.bytes("sources/sample.png")
    #expect(unsafe write(file, content, content.count) == content.count)
    close(file)
    let item = try #require(try ImageSource(paths: [folder.path]).items.first)
    #expect(item.relativePath == "f\u{FFFD}r.png")
    let reader = sampleReader()
    try reader.read(item, into: sampleOutput(reader))
  }

  @Test("A missing path and a folder without images say so")
  func nothing() throws {
    let folder = try TemporaryFolder()
    let missing = folder.path + "/missing"
    #expect(throws: ImageSourceError.unreadable(path: missing, words: "No such file or directory")) {
      try ImageSource(paths: [missing])
    }
    try folder.write("a/README.md")
    #expect(throws: ImageSourceError.noImages(paths: [folder.path], otherFiles: 1)) {
      try ImageSource(paths: [folder.path])
    }
    let error = ImageSourceError.noImages(paths: ["x"], otherFiles: 2)
    #expect(error.description == "no JPEG, PNG or WebP image in x (2 other files there)")
    #expect(throws: ImageSourceError.noImages(paths: [], otherFiles: 0)) { try ImageSource(paths: []) }
  }
}
