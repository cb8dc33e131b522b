import Foundation
import Images
import Testing
import TinyArchives

/// Archives as sources: what a folder with the same files would be.
struct ArchiveSourceTests {
  private let image: [UInt8]
  private static let names = ["b/1.png", "a/2.png", "c.png", "a/10.png", "ä/x.png", "a/B.PNG"]

  init() throws { image = try GoldenImages.bytes("sources/sample.png") }

  private func tar(_ names: [String]) -> [UInt8] {
    var tar = TarArchive()
    for name in names { tar.add(name, image) }
    return tar.ended
  }

  /// Compresses with a program of the system.
  private static func piped(_ bytes: [UInt8], _ program: String) throws -> [UInt8] {
    let folder = try TemporaryFolder()
    try folder.write("in", bytes)
    let status = try folder.shell("\(program) < in > out")
    try #require(status == 0)
    return [UInt8](try Data(contentsOf: URL(filePath: folder.path + "/out")))
  }

  @Test(
    "An archive gives the items of the folder with the same files, whatever the order in which it was packed",
    arguments: ["x.tar", "x.tar.gz", "x.tar.xz", "x.tar.zst", "x.zip"])
  func items(name: String) throws {
    let folder = try TemporaryFolder()
    for name in Self.names + ["README", "a/.hidden.png", "a/notes.txt"] { try folder.write("x/\(name)", image) }
    for name in ["x/README", "x/a/notes.txt"] { try folder.write(name, Array("text".utf8)) }
    var tar = TarArchive()
    tar.add("./", [], .folder)
    for name in Self.names.reversed() { tar.add("./" + name, image) }
    tar.add("./a/.hidden.png", image)
    for name in ["./README", "./a//notes.txt"] { tar.add(name, Array("text".utf8)) }
    var zip = ZipArchive()
    for name in Self.names.reversed() + ["a/.hidden.png"] { zip.add(name, image, flags: 2048) }
    for name in ["README", "a/notes.txt"] { zip.add(name, Array("text".utf8)) }
    let programs = ["x.tar.gz": "gzip", "x.tar.xz": "xz", "x.tar.zst": "zstd -q"]
    let plain = name == "x.zip" ? zip.ended : tar.ended
    try folder.write(name, programs[name].map { try Self.piped(plain, $0) } ?? plain)
    let labels = ["b", "a", "x"]
    let expected = try ImageSource(paths: [folder.path + "/x"], labels: labels)
    let found = try ImageSource(paths: ["\(folder.path)/\(name)"], labels: labels)
    #expect(found.items.map(\.relativePath) == expected.items.map(\.relativePath))
    #expect(found.items.map(\.identity) == expected.items.map(\.identity))
    #expect(found.listing == expected.listing && expected.items.allSatisfy { $0.label != nil })
    let reader = sampleReader()
    let output = sampleOutput(reader)
    try reader.read(expected.items[0], into: output)
    let pixels = output.array
    for item in found.items {
      let own = sampleOutput(reader)
      try reader.read(item, into: own)
      #expect(own.array == pixels)
    }
    // The same when it comes as a stream.
    let stream = try StreamFeed(archive: "\(folder.path)/\(name)", labels: ["b", "a"])
    while !(try stream.next { _ in 2 }).isEmpty {}
    let streamed = try stream.finished().source
    let other = try ImageSource(paths: ["\(folder.path)/\(name)"], labels: ["b", "a"])
    // The name of an archive that comes as a stream is not known.
    #expect(streamed.items.map(\.identity) == other.items.map(\.identity) && streamed.listing == other.listing)
  }

  @Test("Members that are not read are items that say why, and what cannot be read behind damage is told")
  func hostileMembers() throws {
    let folder = try TemporaryFolder()
    var tar = TarArchive()
    tar.add("../up.png", image)
    tar.add("a/../../up2.png", image)
    tar.add("/etc/absolute.png", image)
    tar.add("hard.png", [], .hardLink)
    tar.add("soft.png", [], .symbolicLink)
    tar.add("device.png", [], .device)
    tar.add("pipe.png", [], .pipe)
    tar.add("twice.png", image)
    tar.add("twice.png", Array("other".utf8))
    tar.add("./twice.png", image)
    tar.add("good.png", image)
    tar.add("empty.png")
    tar.add([0x66, 0xFC, 0x2E, 0x70, 0x6E, 0x67], image)
    tar.add(String(repeating: "long/", count: 200) + "name.png", image)
    tar.add("folder.png", [], .folder)
    tar.add("no-image", [], .symbolicLink)
    try folder.write("x.tar", tar.ended)
    let source = try ImageSource(paths: [folder.path + "/x.tar"])
    let reasons = read(source)
    let unread = "not read from the archive: "
    #expect(
      reasons == [
        "../up.png": unread + "its name leads out of the archive",
        "a/../../up2.png": unread + "its name leads out of the archive",
        "etc/absolute.png": unread + "its name begins at the root of the file system",
        "hard.png": unread + "it is a link, and links in archives are not followed",
        "soft.png": unread + "it is a link, and links in archives are not followed",
        "device.png": unread + "it is no regular file", "pipe.png": unread + "it is no regular file",
        "twice.png": unread + "the archive has this name twice, and the first one counts",
        "empty.png": "the file is empty",
      ])
    #expect(source.items.count == 14 && source.listing.otherFiles.isEmpty)
    #expect(source.items.map(\.relativePath).contains("f\u{FFFD}.png"))
    let first = try #require(source.items.first { $0.relativePath == "hard.png" })
    #expect(first.path == "\(folder.path)/x.tar:hard.png")
  }

  @Test("A truncated or damaged archive gives what lies before and an item that tells the damage")
  func damage() throws {
    let folder = try TemporaryFolder()
    let names = (0..<20).map { "image\($0 + 10).png" }
    let whole = tar(names)
    // gzip gives nothing of the last 64 KB before it sees the damage.
    let packed = try Self.piped(tar((0..<600).map { "image\($0).png" }), "gzip -1")
    for (name, bytes) in [
      ("cut.tar", Array(whole.prefix(whole.count / 2))),
      ("cut.tar.gz", Array(packed.prefix(packed.count / 2))),
      (
        "claim.tar",
        {
          var tar = TarArchive()
          tar.add("image10.png", image)
          tar.add("image11.png", image, claimed: 7 << 30)
          return tar.ended
        }()
      ),
    ] {
      try folder.write(name, bytes)
      let source = try ImageSource(paths: ["\(folder.path)/\(name)"])
      let last = try #require(source.items.last)
      #expect(last.path == "\(folder.path)/\(name)", "\(name)")
      let reasons = read(source)
      #expect(reasons[""]?.hasPrefix("the archive is damaged, and what follows cannot be read: ") == true, "\(reasons)")
      #expect(source.items.dropLast().allSatisfy { $0.relativePath.hasPrefix("image") } && source.items.count > 1)
      #expect(reasons.keys.count <= 2, "\(reasons)")
    }
    let cut = try ImageSource(paths: ["\(folder.path)/cut.tar"])
    #expect(cut.items.count > 5)
    let claim = try ImageSource(paths: ["\(folder.path)/claim.tar"])
    #expect(read(claim)["image11.png"] == "\(7 << 30) bytes, more than the limit of \(256 << 20)")
    try folder.write("text.tar", Array("no archive at all".utf8))
    #expect(throws: ImageSourceError.self) { try ImageSource(paths: ["\(folder.path)/text.tar"]) }
  }

  @Test("A compressed archive that becomes two hundred times as long is given up")
  func bomb() throws {
    let folder = try TemporaryFolder()
    var tar = TarArchive()
    tar.add("1.png", image)
    tar.add("2.png", [], claimed: 4 << 30)
    try folder.write("head", tar.bytes)
    try folder.shell("(cat head; head -c 300000000 /dev/zero) | gzip -9 > bomb.tar.gz")
    let source = try ImageSource(paths: ["\(folder.path)/bomb.tar.gz"])
    #expect(read(source)[""]?.contains("more than 200 times as many") == true)
  }

  @Test("Encrypted members and names that cannot be told are not read, nor what is no archive's")
  func hostileZip() throws {
    let folder = try TemporaryFolder()
    var zip = ZipArchive()
    zip.add("good.png", image)
    zip.add("secret.png", image, flags: 1)
    zip.add("../up.png", image)
    zip.add([0xFF, 0x2E, 0x70, 0x6E, 0x67], image)
    try folder.write("x.zip", zip.ended)
    let reasons = read(try ImageSource(paths: ["\(folder.path)/x.zip"]))
    #expect(
      reasons == [
        "secret.png": "not read from the archive: it is encrypted",
        "../up.png": "not read from the archive: its name leads out of the archive",
      ])
  }

  @Test("A hundred thousand members are listed in little time")
  func manyMembers() throws {
    let folder = try TemporaryFolder()
    var tar = TarArchive()
    for number in 0..<100_000 { tar.add("\(number % 100)/\(number).png", [0x89]) }
    try folder.write("x.tar", tar.ended)
    let clock = ContinuousClock()
    let start = clock.now
    #expect(try ImageSource(paths: ["\(folder.path)/x.tar"]).items.count == 100_000)
    // About a second; in quadratic time minutes.
    #expect(clock.now - start < .seconds(20))
  }

  @Test("Archives one after the other on a stream are one archive")
  func concatenated() throws {
    let folder = try TemporaryFolder()
    try folder.write("x.tar", tar(["b.png"]) + tar(["a.png"]))
    #expect(try ImageSource(paths: ["\(folder.path)/x.tar"]).items.map(\.relativePath) == ["a.png", "b.png"])
  }

  @Test("A stream whose later names change the class of an earlier image ends with an error, as a file it is read")
  func laterNames() throws {
    let folder = try TemporaryFolder()
    try folder.write("x.tar", tar(["Cat/1.png", "cat/2.png"]))
    let stream = try StreamFeed(archive: "\(folder.path)/x.tar", labels: ["cat"])
    #expect(throws: ImageSourceError.self) { while !(try stream.next { _ in 1 }).isEmpty {} }
    #expect(try ImageSource(paths: ["\(folder.path)/x.tar"], labels: ["cat"]).items.map(\.label) == [nil, 0])
    var tar = TarArchive()
    tar.add("1.png", image)
    tar.add("2.png", image)
    tar.add("1.cls", Array("0\n".utf8))
    try folder.write("y.tar", tar.ended)
    let apart = try StreamFeed(archive: "\(folder.path)/y.tar", labels: ["cat"])
    let error = #expect(throws: ImageSourceError.self) { while !(try apart.next { _ in 1 }).isEmpty {} }
    #expect(error?.description.contains("1.cls comes apart from its image") == true)
    #expect(try ImageSource(paths: ["\(folder.path)/y.tar"], labels: ["cat"]).items.map(\.label) == [0, nil])
  }

  /// Reads all images of a source; the reasons of those that cannot be, by their paths.
  private func read(_ source: ImageSource) -> [String: String] {
    let reader = sampleReader()
    let output = sampleOutput(reader)
    var reasons: [String: String] = [:]
    for item in source.items {
      do throws(ImageFailure) { try reader.read(item, into: output) } catch {
        reasons[item.relativePath] = "\(error.reason)"
      }
    }
    return reasons
  }
}
