import Images
import Testing
import TinyArchives

/// Several archives with their names on one stream: what the same archives give as files.
struct ArchiveSequenceTests {
  private let image: [UInt8]
  private let folder: TemporaryFolder

  init() throws {
    image = try GoldenImages.bytes("sources/sample.png")
    folder = try TemporaryFolder()
  }

  private static let mark = Array("dyviz archives 1\n".utf8)
  private static let end = record("e")

  private static func record(_ kind: Character, _ content: [UInt8] = []) -> [UInt8] {
    let length = (0..<4).map { UInt8(truncatingIfNeeded: content.count >> (8 * $0)) }
    return Array(String(kind).utf8) + length + content
  }

  private func tar(_ names: [String], _ others: [String: String] = [:]) -> [UInt8] {
    var tar = TarArchive()
    for name in names { tar.add(name, image) }
    for (name, text) in others.sorted(by: { $0.key < $1.key }) { tar.add(name, Array(text.utf8)) }
    return tar.ended
  }

  /// The records of an archive, its data in pieces.
  private static func archive(_ name: String, _ bytes: some Collection<UInt8>, piece: Int = 700) -> [UInt8] {
    let bytes = Array(bytes)
    return record("n", Array(name.utf8))
      + stride(from: 0, to: bytes.count, by: piece).flatMap { start in
        record("d") + record("d", Array(bytes[start..<min(start + piece, bytes.count)]))
      }
  }

  private func feed(_ sequence: [UInt8], labels: [String]) throws -> StreamFeed {
    try folder.write("sequence", sequence)
    return try StreamFeed(archive: folder.path + "/sequence", labels: labels)
  }

  private func read(_ sequence: [UInt8], labels: [String] = []) throws -> ImageSource {
    let stream = try feed(sequence, labels: labels)
    while !(try stream.next { _ in 2 }).isEmpty {}
    return try stream.finished().source
  }

  @Test("A sequence gives the items, classes and listing of its archives as files, equal names and damage among them")
  func items() throws {
    var zip = ZipArchive()
    for name in ["b/2.png", "1.png"] { zip.add(name, image, flags: 2048) }
    let archives = [
      ("c.tar", tar(["b/2.png", "b/1.png", "1.png"], ["1.cls": "a", "notes.txt": "text"])), ("c.zip", zip.ended),
      ("cut.tar", Array(tar(["z.png", "a/y.png"]).dropLast(1500))), ("a.tar", tar(["9.png", "8.png"])),
      ("empty.tar", tar([])),
    ]
    var sequence = Self.mark
    for (name, bytes) in archives {
      try folder.write(name, bytes)
      sequence += Self.archive("\(folder.path)/\(name)", bytes)
    }
    let labels = ["a", "b", "c"]
    let listed = try ImageSource(paths: archives.map { "\(folder.path)/\($0.0)" }, labels: labels)
    let streamed = try read(sequence + Self.end, labels: labels)
    #expect(streamed.items.map(\.identity) == listed.items.map(\.identity) && streamed.listing == listed.listing)
    #expect(streamed.items.map(\.path) == listed.items.map(\.path))
    #expect(listed.items.map(\.label) == [0, 1, 1, 2, 1, 0, nil, nil, 0, 0])
  }

  @Test("What is behind an archive's own end is passed over")
  func rests() throws {
    let rest = [UInt8](repeating: 7, count: 100_000)
    var zip = ZipArchive()
    zip.add("1.png", image)
    let sequence = Self.mark + Self.archive("a.zip", zip.ended + rest) + Self.archive("b.tar", tar(["2.png"]))
    #expect(try read(sequence + Self.end).items.map(\.path) == ["a.zip:1.png", "b.tar:2.png"])
  }

  @Test("A sequence that is broken or that its sender ends is an error that names the archive")
  func broken() throws {
    let first = Self.mark + Self.archive("a.tar", tar(["1.png", "2.png"]))
    let cut = Self.mark + Self.archive("a.tar", tar(["1.png", "2.png"]).dropLast(1500))
    let reason = Self.record("f", Array("the server answered 404".utf8))
    let cases: [([UInt8], String)] = [
      (first, "a.tar: what names and sends the archives ended in the middle"),
      (first.dropLast(300), "a.tar: what names and sends the archives ended in the middle"),
      (first + reason, "a.tar: the server answered 404"),
      (first + Self.record("n", Array("b.tar".utf8)) + reason, "b.tar: the server answered 404"),
      (cut + reason, "a.tar: the server answered 404"),
      (first + Self.record("x"), "a.tar: between the archives stands what is no record of a sequence of archives"),
      (first + Self.record("n"), "a.tar: between the archives stands what is no record of a sequence of archives"),
      (first + Self.record("n", Array(repeating: 65, count: 4097)), "a.tar: between the archives stands"),
      (first + Self.archive("b.tar", Array("no archive".utf8)) + Self.end, "b.tar: "),
      (Self.mark + Self.record("d", [1, 2]) + Self.end, "standard input: a sequence of archives begins with data"),
      (Self.mark + Self.end, "standard input: it is a sequence of no archives"),
      (Self.mark, "standard input: what names and sends the archives ended in the middle"),
    ]
    for (sequence, words) in cases {
      let error = #expect(throws: ImageSourceError.self) { try read(sequence) }
      #expect(error?.description.hasPrefix(words) == true, "\(words): \(error?.description ?? "none")")
    }
  }

  @Test("A class that depends on an archive's name that comes later is an error that names the archive")
  func laterNames() throws {
    let sequence =
      Self.mark + Self.archive("Cat.tar", tar(["1.png"])) + Self.archive("cat.tar", tar(["2.png"])) + Self.end
    let error = #expect(throws: ImageSourceError.self) { try read(sequence, labels: ["cat"]) }
    #expect(error?.description.contains("depends on names that come after it") == true)
  }

  @Test("A single archive whose first name begins as a sequence does is an archive")
  func lookalikes() throws {
    for name in ["dyviz archives 1.png", "dyviz.png", "d.png"] {
      #expect(try read(tar([name])).items.map(\.relativePath) == [name])
    }
  }
}
