import Foundation
import Images
import Testing

/// Which folder is which class: a wrong one is worse than none.
struct ClassLabelsTests {
  /// The labels of an image in each of some folders.
  private func found(_ folders: [String], _ labels: [String]) throws -> (labels: [Int?], doubts: [String]) {
    let folder = try TemporaryFolder()
    for name in folders { try folder.write("\(name)/1.png") }
    let source = try ImageSource(paths: [folder.path], labels: labels)
    let byPath = Dictionary(uniqueKeysWithValues: source.items.map { (Array($0.relativePath.utf8), $0.label) })
    return (folders.map { byPath[Array("\($0)/1.png".utf8)] ?? nil }, source.listing.doubts)
  }

  @Test(
    "A folder is the class of its name, whatever its case, accents, marks that are not seen or WordNet number",
    arguments: [
      ("cat", "cat"), ("Cat", "cat"), ("CAT", "cat"), ("caf\u{E9}", "cafe\u{301}"), ("cafe\u{301}", "caf\u{E9}"),
      ("CAFE\u{301}", "caf\u{E9}"), ("cat", "\u{FEFF}cat"), ("\u{FEFF}cat", "cat"), ("cat ", "cat"),
      ("n01440764", "n01440764 tench, Tinca tinca"), ("n01440764 tench", "n01440764"), ("N01440764-tench", "n01440764"),
      ("n01440764_tench", "n01440764, tench"),
    ])
  func matches(folder: String, label: String) throws {
    let (labels, doubts) = try found([folder], ["dog", label, "n01443537 goldfish"])
    #expect(labels == [1] && doubts.isEmpty)
  }

  @Test(
    "What is not the same name is no match",
    arguments: [
      ("cats", "cat"), ("ca", "cat"), ("shirt", "t-shirt"), ("t", "t shirt"), ("cafe", "caf\u{E9}"),
      ("n01440764", "n014407640 tench"), ("n0144076", "n01440764 tench"), ("n01440764a", "n01440764"),
    ])
  func differs(folder: String, label: String) throws {
    let (labels, doubts) = try found([folder], [label, "dog"])
    #expect(labels == [nil] && doubts.isEmpty)
  }

  @Test("Exact names go first, and what may be two classes, or two folders, is neither and is told")
  func doubts() throws {
    var (labels, doubts) = try found(["crane", "Crane", "CRANE"], ["Crane", "crane"])
    #expect(labels == [1, 0, nil])
    #expect(doubts == [#"the folder name "CRANE" may be the class "Crane" or "crane": its images have no label"#])
    (labels, doubts) = try found(["Cat", "CAT", "dog"], ["cat", "dog"])
    #expect(labels == [nil, nil, 1])
    #expect(doubts == [#"the folder names "CAT" and "Cat" may all be the class "cat": neither has it"#])
    (labels, doubts) = try found(["cat", "CAT"], ["cat"])
    #expect(labels == [0, nil])
    #expect(doubts == [#"the folder names "CAT" and "cat" may all be the class "cat": "cat" has it"#])
    (labels, doubts) = try found(["n01440764"], ["n01440764 tench", "n01440764 fish"])
    #expect(labels == [nil] && doubts.count == 1)
    // The same text in two forms is one name.
    (labels, doubts) = try found(["caf\u{E9}", "cafe\u{301}"], ["caf\u{E9}"])
    #expect(labels == [0, 0] && doubts.isEmpty)
  }

  @Test("Paths come out in byte order, whenever they came in")
  func queue() {
    var queue = PathQueue()
    var paths = (0..<500).map { Array(String($0 * 7919 % 1000).utf8) }
    var found: [[UInt8]] = []
    for (index, path) in paths.enumerated() {
      queue.insert(path)
      if index % 3 == 2, let first = queue.popFirst() { found.append(first) }
    }
    let early = found.count
    while let next = queue.popFirst() { found.append(next) }
    #expect(found[early...].elementsEqual(found[early...].sorted { $0.lexicographicallyPrecedes($1) }))
    paths.sort { $0.lexicographicallyPrecedes($1) }
    #expect(found.sorted { $0.lexicographicallyPrecedes($1) } == paths && queue.popFirst() == nil)
  }

  @Test("Twenty thousand links are listed in little time, a folder that cannot be listed is an item")
  func manyLinks() throws {
    let folder = try TemporaryFolder()
    try folder.write("real/1.png")
    for number in 0..<20_000 { try folder.link("link\(number)", to: "real") }
    let clock = ContinuousClock()
    let start = clock.now
    #expect(try ImageSource(paths: [folder.path]).items.map(\.relativePath) == ["real/1.png"])
    let time = clock.now - start
    // In quadratic time it takes more than 4.
    #expect(time < .seconds(3))
  }

  @Test("A folder whose path is too long to be opened is counted as what cannot be read")
  func unreadableFolder() throws {
    let folder = try TemporaryFolder()
    try folder.write("1.png", GoldenImages.bytes("sources/sample.png"))
    // Each step is short enough to be made, all together are longer than a path may be.
    let name = String(repeating: "x", count: 200)
    let status = try folder.shell("for i in $(seq 25); do mkdir \(name) && cd -P \(name) || exit 1; done")
    try #require(status == 0)
    defer { _ = try? Process.run(URL(filePath: "/bin/rm"), arguments: ["-rf", folder.path]).waitUntilExit() }
    let source = try ImageSource(paths: [folder.path], labels: ["a"])
    #expect(source.items.count == 2 && source.items[0].relativePath == "1.png")
    #expect(source.items[1].label == nil && source.listing.unlabelled.map(\.images) == [1])
    let reader = sampleReader()
    let error = #expect(throws: ImageFailure.self) { try reader.read(source.items[1], into: sampleOutput(reader)) }
    #expect(error?.reason == .unreadable("File name too long"))
  }
}
