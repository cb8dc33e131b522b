import Foundation
import Images
import Networks
import Testing
import TinyArchives

/// Classes that a source itself states: beside images, in lists and in tables.
struct StatedClassTests {
  private static let labels = ["n01 tench", "cat", "dog", "n01440764 fish"]

  private func source(
    _ folder: TemporaryFolder, list: String? = nil, table: String? = nil, labels: [String] = labels
  ) throws -> ImageSource {
    let request = ImageRequest(
      paths: ["\(folder.path)/images"], list: list.map { "\(folder.path)/\($0)" },
      table: table.map { "\(folder.path)/\($0)" })
    return ImageSource(try ImageCollection(request), labels: labels)
  }

  private func found(_ source: ImageSource) -> [String: Int?] {
    Dictionary(source.items.map { ($0.relativePath, $0.label) }) { $1 }
  }

  @Test("Files .cls and .json beside an image give its class, before its folder does")
  func beside() throws {
    let folder = try TemporaryFolder()
    let files = [
      "cat/1.png": "", "cat/1.cls": "2\n", "cat/2.png": "", "cat/3.png": "", "cat/3.json": #"{"label": "dog"}"#,
      "cat/4.png": "", "cat/4.json": #"{"cls": 0}"#, "cat/4.cls": " dog ", "cat/5.png": "", "cat/5.json": "[1]",
      "cat/6.png": "", "cat/6.cls": "9", "cat/7.seg.png": "", "cat/7.cls": "2", "cat/8.cls": "0", "cat/9.png": "",
      "cat/9.cls": "parrot",
      // What says no class in a form that is read is counted, where it stands beside an image and nothing else does.
      "cat/a.png": "", "cat/a.cls": " \n", "cat/b.png": "", "cat/b.json": #"{"cls": 2"#, "cat/c.png": "",
      "cat/c.json": #"{"label": [2]}"#, "cat/d.png": "", "cat/d.json": #"{"caption": "dog"}"#, "cat/e.png": "",
      "cat/e.cls": "", "cat/e.json": #"{"cls": 2}"#, "cat/f.cls": "", "cat/g.png": "",
      "cat/g.cls": String(repeating: "2", count: (1 << 20) + 1),
    ]
    for (name, text) in files { try folder.write("images/\(name)", Array(text.utf8)) }
    let source = try source(folder)
    #expect(
      found(source) == [
        "cat/1.png": 2, "cat/2.png": 1, "cat/3.png": 2, "cat/4.png": 2, "cat/5.png": 1, "cat/6.png": nil,
        "cat/7.seg.png": 2, "cat/9.png": nil, "cat/a.png": 1, "cat/b.png": 1, "cat/c.png": 1, "cat/d.png": 1,
        "cat/e.png": 2, "cat/g.png": 1,
      ])
    #expect(source.listing.brokenStatements == 4)
    #expect(
      source.listing.doubts == [
        "the class 9 is none of the model's 0 to 3: its images have no label",
        #"the class "parrot" is none of the model's: its images have no label"#,
      ])
    #expect(source.listing.matching == nil && source.listing.unlabelled.map(\.images) == [2])
    // The same of the archive, as a file and as a stream.
    var tar = TarArchive()
    for name in files.keys.sorted() { tar.add(name, Array((files[name] ?? "").utf8)) }
    try folder.write("images.tar", tar.ended)
    let archive = try ImageSource(paths: ["\(folder.path)/images.tar"], labels: Self.labels)
    #expect(found(archive) == found(source) && archive.listing == source.listing)
    let stream = try StreamFeed(archive: "\(folder.path)/images.tar", labels: Self.labels)
    while !(try stream.next { _ in 3 }).isEmpty {}
    let streamed = try stream.finished().source
    #expect(streamed.items.map(\.identity) == archive.items.map(\.identity) && streamed.listing == archive.listing)
  }

  @Test("What says no class may come apart from its image, on a stream too")
  func brokenApart() throws {
    let folder = try TemporaryFolder()
    var tar = TarArchive()
    for (name, text) in [
      ("cat/1.png", ""), ("cat/2.png", ""), ("dog/3.png", ""), ("cat/1.json", "{"), ("dog/3.cls", ""),
      ("cat/4.png", ""), ("cat/2.json", "{}"),
    ] { tar.add(name, Array(text.utf8)) }
    try folder.write("images.tar", tar.ended)
    let archive = try ImageSource(paths: ["\(folder.path)/images.tar"], labels: Self.labels)
    let stream = try StreamFeed(archive: "\(folder.path)/images.tar", labels: Self.labels)
    while !(try stream.next { _ in 1 }).isEmpty {}
    let streamed = try stream.finished().source
    #expect(archive.items.map(\.label) == [1, 1, 1, 2] && archive.listing.brokenStatements == 2)
    #expect(streamed.items.map(\.identity) == archive.items.map(\.identity) && streamed.listing == archive.listing)
  }

  @Test("A list gives its paths in its order, below the folder, with the classes behind tabs")
  func list() throws {
    let folder = try TemporaryFolder()
    for name in ["b.png", "a/1.png", "a/2 x.png"] { try folder.write("images/\(name)") }
    let text = "\u{FEFF}b.png\tdog\r\n\n./a/2 x.png\n\(folder.path)/images/a/1.png\t1\nmissing.png\tparrot\nb.png\tcat"
    try folder.write("list.txt", Array(text.utf8))
    let source = try source(folder, list: "list.txt")
    // Read naively, by Foundation.
    let lines = text.dropFirst().split(whereSeparator: \.isNewline).map { $0.components(separatedBy: "\t") }
    let paths = lines.map { line in
      line[0].hasPrefix("./") ? String(line[0].dropFirst(2)) : String(line[0].drop { $0 == "/" })
    }
    #expect(source.items.map(\.relativePath) == paths)
    #expect(source.items.map(\.label) == [2, nil, 1, nil, 1])
    #expect(
      source.items.prefix(3).map(\.path)
        == ["images/b.png", "images/a/2 x.png", "images/a/1.png"].map { "\(folder.path)/\($0)" })
    #expect(source.listing.matching == LabelMatching(source: .list, matched: 4, unmatched: 1))
    #expect(
      source.listing.doubts == [#"the class "parrot" is none of the model's: its images have no label"#])
    // Without classes in it, folders tell them.
    try folder.write("plain.txt", Array("a/1.png\nb.png\n".utf8))
    let plain = try self.source(folder, list: "plain.txt", labels: ["images", "a"])
    #expect(plain.items.map(\.label) == [1, 0] && plain.listing.matching == nil)
    try folder.write("empty.txt", Array("\n\n".utf8))
    let error = #expect(throws: ImageSourceError.self) { try self.source(folder, list: "empty.txt") }
    #expect(error?.description.hasPrefix("\(folder.path)/empty.txt: it names no image") == true)
  }

  @Test(
    "A table gives classes by path, by the end of a path, or by the name without its ending; what is not clear has none"
  )
  func table() throws {
    let folder = try TemporaryFolder()
    for name in ["val_1.JPEG", "val_2.JPEG", "sub/val_3.JPEG", "x/same.png", "y/same.png", "none.png", "twice.png"] {
      try folder.write("images/\(name)")
    }
    let rows = [
      "val_1.JPEG dog", "val_2 n01440764 85 1 499 272", "images/sub/val_3.JPEG 1", "same.png cat", "twice.png 1",
      "twice.png 2",
      "elsewhere.png 0",
    ]
    try folder.write("truth.txt", Array(rows.joined(separator: "\n").utf8))
    let expected: [String: Int?] = [
      "val_1.JPEG": 2, "val_2.JPEG": 3, "sub/val_3.JPEG": 1, "x/same.png": nil, "y/same.png": nil, "none.png": nil,
      "twice.png": nil,
    ]
    let text = try source(folder, table: "truth.txt")
    #expect(found(text) == expected)
    let matching = LabelMatching(source: .table, matched: 3, unmatched: 1, ambiguous: 3, unusedLines: 1)
    #expect(text.listing.matching == matching)
    let commas = rows.map { row in
      let parts = row.split(separator: " ", maxSplits: 1)
      return "7,\"\(parts[1])\",\(parts[0])"
    }
    try folder.write("truth.csv", Array((["id,Label,ImageId"] + commas).joined(separator: "\r\n").utf8))
    let csv = try source(folder, table: "truth.csv")
    #expect(found(csv) == expected && csv.listing == text.listing)
    try folder.write("bad.csv", Array("nothing\n".utf8))
    #expect(throws: ImageSourceError.self) { try source(folder, table: "bad.csv") }
    // A class with a space is cut where a box stands behind it, and nowhere else.
    for (column, index) in [("PredictionString", 2), ("label", nil)] {
      try folder.write("boxes.csv", Array("ImageId,\(column)\nval_1,dog 85 1 499 272\n".utf8))
      #expect(found(try source(folder, table: "boxes.csv"))["val_1.JPEG"] == .some(index))
    }
    try folder.write("wide.csv", [0xFF, 0xFE] + "a,b\n".utf8.flatMap { [$0, 0] })
    let error = #expect(throws: ImageSourceError.self) { try source(folder, table: "wide.csv") }
    #expect(
      "\(try #require(error))".hasSuffix("wide.csv: its text is UTF-16, by its first two bytes; UTF-8 is expected")
    )
  }

  @Test("A number that is one class' name and another's index is neither")
  func numbers() throws {
    let folder = try TemporaryFolder()
    for name in ["a.png", "b.png"] { try folder.write("images/\(name)") }
    try folder.write("images/a.cls", Array("1".utf8))
    try folder.write("images/b.cls", Array("2".utf8))
    let source = try source(folder, labels: ["1", "0", "2"])
    #expect(source.items.map(\.label) == [nil, 2])
    #expect(
      source.listing.doubts == ["the class 1 may be the name of class 0 or an index: its images have no label"])
  }

  @Test("Braces become paths as in a shell, and what is no range stays")
  func braces() {
    func paths(_ path: String) -> [String] { ImageRequest(paths: [path]).paths }
    #expect(paths("/no/s-{000..002}.tar") == ["/no/s-000.tar", "/no/s-001.tar", "/no/s-002.tar"])
    #expect(paths("/no/{a,b}-{9..11}.tar").count == 6 && paths("/no/{a,b}-{9..11}.tar")[4] == "/no/b-10.tar")
    #expect(paths("/no/{2..0}") == ["/no/2", "/no/1", "/no/0"])
    #expect(paths("/no/{8..010}") == ["/no/008", "/no/009", "/no/010"])
    for path in ["/no/{a}", "/no/{1..}", "/no/{1..x}", "/no/{", "/no/}{", "/no/{0..99999999999}"] {
      #expect(paths(path) == [path])
    }
  }
}
