import Foundation
import Images
import KernelInterface
import Kernels
import Networks
import Tensors
import TinyArchives

/// Archives, sequences of them, lists and tables of classes: listed and read as files, and as a stream.
final class SourceFuzz: FuzzKind {
  static let name = "sources"
  private static let labels = ["bag", "coat", "n01440764 tench", "3"]
  private static let names = [
    "bag/1.png", "coat/2.jpg", "./3.webp", "a/../up.png", "/root.png", "bag/1.cls", "coat/2.json", "1.cls", "notes.txt",
    ".x.png",
    "bag/1.png", "größe/4.PNG", "x", "5.seg.png", "a//b.png", "\u{1B}[2J.png",
  ]
  private let folder: String
  private let images: [[UInt8]]
  private let reader: ImageReader
  private let output: TensorSlice

  init(folder: String) throws {
    self.folder = folder
    images = try ["1bit.png", "one.jpg"].map { try ProjectFiles.bytes("Tests/Golden/images/sources/\($0)") }
    let preprocessing = Preprocessing(
      channels: 3, resize: .shorterSide(20), interpolation: .bilinear, crop: Extent2D(height: 16, width: 16),
      mean: [0.5, 0.5, 0.5], deviation: [0.25, 0.25, 0.25])
    reader = ImageReader(
      preprocessing: preprocessing, input: FeatureShape(height: 16, width: 16, channels: 3),
      kernels: try KernelTable.best.images, limits: ImageLimits(pixels: 1 << 18, side: 1 << 14, scannedPixels: 1 << 22))
    output = TensorSlice(zeros: reader.input.count)
  }

  /// An archive, a list of some of its members and a table, each perhaps with changed bytes.
  func input(_ random: inout FuzzRandom) -> FuzzInput {
    let isZip = random.isOne(in: 3)
    var (tar, zip) = (TarArchive(), ZipArchive())
    var list = ""
    for _ in 0..<1 + random.below(6) {
      let name = random.element(Self.names)
      let data =
        random.isOne(in: 4)
        ? Array(random.element(["1", "coat", #"{"label": 2}"#, "9", ""]).utf8) : random.element(images)
      let kind = random.isOne(in: 6) ? random.element(TarArchive.Kind.allCases) : .file
      tar.add(name, kind == .file ? data : [], kind, claimed: random.isOne(in: 12) ? random.below(1 << 34) : nil)
      zip.add(name, data, flags: random.isOne(in: 8) ? 1 : 2048)
      list += name + random.element(["\n", "\tcoat\n", "\t1\r\n", "\t\n", "\n\n"])
    }
    let archive = isZip ? zip.ended : random.isOne(in: 4) ? tar.bytes : tar.ended
    let table = list.replacing("\t", with: random.element([" ", "\t", ",", "\",\""]))
    func changed(_ bytes: [UInt8]) -> [UInt8] { random.isOne(in: 2) ? ByteMutation.mutate(bytes, &random) : bytes }
    return FuzzInput([
      FuzzInput.File(name: "archive.\(isZip ? "zip" : "tar")", bytes: changed(archive)),
      FuzzInput.File(name: "list.txt", bytes: changed(Array(list.utf8))),
      FuzzInput.File(name: "table.\(random.element(["csv", "txt"]))", bytes: changed(Array(table.utf8))),
      FuzzInput.File(name: "sequence", bytes: changed(Self.sequence(of: archive, &random))),
    ])
  }

  /// Records of one to three archives with these bytes, and mostly of their end.
  private static func sequence(of archive: [UInt8], _ random: inout FuzzRandom) -> [UInt8] {
    func record(_ kind: String, _ content: [UInt8]) -> [UInt8] {
      Array(kind.utf8) + (0..<4).map { UInt8(truncatingIfNeeded: content.count >> (8 * $0)) } + content
    }
    var bytes = Array("dyviz archives 1\n".utf8)
    for _ in 0..<1 + random.below(3) {
      let middle = random.below(archive.count + 1)
      bytes += record("n", Array(random.element(["bag.tar", "\u{1B}[2J.zip", "https://h/3.tar"]).utf8))
      bytes += record("d", Array(archive[..<middle])) + record("d", Array(archive[middle...]))
    }
    return bytes + random.element([record("e", []), record("e", []), record("f", Array("gone\u{7}".utf8)), []])
  }

  func verdict(_ input: FuzzInput) -> FuzzVerdict {
    let archive = input.write(to: folder)
    let (list, table) = ("\(folder)/list.txt", "\(folder)/\(input.files[2].name)")
    defer { for file in input.files { try? FileManager.default.removeItem(atPath: "\(folder)/\(file.name)") } }
    let listed = verdict(ImageRequest(paths: [folder], list: list), naming: list)
    if case .violated = listed { return listed }
    let tabled = verdict(ImageRequest(paths: [archive], table: table), naming: folder)
    if case .violated = tabled { return tabled }
    let joined = sequence("\(folder)/sequence")
    if case .violated = joined { return joined }
    let packed = verdict(ImageRequest(paths: [archive]), naming: archive)
    guard packed == .accepted else { return packed }
    return streams(archive)
  }

  /// What becomes of a source that is listed and read.
  private func verdict(_ request: ImageRequest, naming path: String) -> FuzzVerdict {
    let source: ImageSource
    do throws(ImageSourceError) {
      source = ImageSource(try ImageCollection(request), labels: Self.labels)
    } catch { return .refused(error, naming: path) }
    var failures: [ImageFailure] = []
    for item in source.items {
      do throws(ImageFailure) { try reader.read(item, into: output) } catch { failures.append(error) }
    }
    let unlabelled = source.listing.unlabelled.reduce(0) { $0 + $1.images }
    let labelled = source.items.count { $0.label != nil }
    return .accepted([
      (source.items.map(\.identity.ordinal) == Array(source.items.indices), "numbers that are not those of the order"),
      (source.items.allSatisfy { $0.label.map(Self.labels.indices.contains) ?? true }, "a class that there is not"),
      (labelled + unlabelled <= source.items.count, "more images than there are"),
      (source.listing.doubts.allSatisfy { !$0.steersTerminals }, "a doubt steers terminals"),
      (failures.allSatisfy { !"\($0)".steersTerminals }, "a failure steers terminals"),
    ])
  }

  /// What becomes of a sequence of archives that comes once.
  private func sequence(_ path: String) -> FuzzVerdict {
    do throws(ImageSourceError) {
      let stream = try StreamFeed(archive: path, labels: Self.labels)
      while !(try stream.next { _ in 3 }).isEmpty {}
      let (source, places) = try stream.finished()
      return .accepted([
        (source.items.map(\.identity.ordinal) == Array(source.items.indices), "numbers without order"),
        (places.sorted() == Array(source.items.indices), "places that are not those of all images"),
      ])
    } catch {
      return "\(error)".steersTerminals ? .violated("the error of a sequence steers terminals") : .refused
    }
  }

  /// Whether a stream gives what the listed archive gives, unless it says that it cannot.
  private func streams(_ archive: String) -> FuzzVerdict {
    guard let stream = try? StreamFeed(archive: archive, labels: Self.labels) else {
      return .violated("a stream is refused")
    }
    do throws(ImageSourceError) {
      while !(try stream.next { _ in 3 }).isEmpty {}
      let streamed = try stream.finished().source
      let listed = ImageSource(try ImageCollection(ImageRequest(paths: [archive])), labels: Self.labels)
      return .accepted([
        (streamed.items.map(\.identity) == listed.items.map(\.identity), "a stream gives other images"),
        (streamed.listing == listed.listing, "a stream tells something else"),
      ])
    } catch { return .refused(error, naming: "standard input") }
  }
}
