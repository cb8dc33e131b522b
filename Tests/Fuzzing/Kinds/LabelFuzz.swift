import Foundation
import Images
import Networks
import PlainText

/// A model's labels and the names of the images' folders, which are compared.
struct LabelFuzz: FuzzKind {
  static let name = "labels"
  private static let words = [
    "bag", "Bag", "tench", "n01440764", "n01440764 tench", "n01440764_tench", "n014407645", "N01440764", "größe",
    "gro\u{308}ße", "GRÖSSE", "é", "e\u{301}", "\u{FEFF}bag", "bag\u{200B}", " bag ", "İ", "ı", "ﬁ", "fi", "日本", "😀",
    "a\u{1B}[2J", "a\nb", "\u{202E}bag", "-", "~", "%41", "1", "01",
  ]
  private let folder: String

  init(folder: String) throws { self.folder = folder + "/images" }

  /// A file of labels, and one of folders' names: each on a line of its own, its bytes in hexadecimal digits.
  func input(_ random: inout FuzzRandom) -> FuzzInput {
    let labels = (0..<random.below(6)).map { _ in String(decoding: Self.word(&random), as: UTF8.self) }
    let folders = (0..<1 + random.below(5)).map { _ in
      random.isOne(in: 2) && !labels.isEmpty
        ? Self.changed(Array(random.element(labels).utf8), &random) : Self.word(&random)
    }
    return FuzzInput([
      FuzzInput.File(name: "labels.txt", bytes: HexLines.bytes(of: labels.map { Array($0.utf8) })),
      FuzzInput.File(name: "folders.txt", bytes: HexLines.bytes(of: folders)),
    ])
  }

  private static func word(_ random: inout FuzzRandom) -> [UInt8] {
    let word = Array(random.element(words).utf8)
    return random.isOne(in: 3) ? changed(word, &random) : word
  }

  private static func changed(_ word: [UInt8], _ random: inout FuzzRandom) -> [UInt8] {
    switch random.below(5) {
    case 0: word
    case 1: Array(String(decoding: word, as: UTF8.self).uppercased().utf8)
    case 2: Array(String(decoding: word, as: UTF8.self).decomposedStringWithCanonicalMapping.utf8)
    case 3: word + Array(random.element(words).utf8)
    default: ByteMutation.mutate(word, &random)
    }
  }

  func verdict(_ input: FuzzInput) -> FuzzVerdict {
    var labels: [String] = []
    // Labels that are equal are refused with the model.
    for label in HexLines.lines(input.files[0].bytes).map({ String(decoding: $0, as: UTF8.self) })
    where !labels.contains(label) { labels.append(label) }
    let folders = HexLines.lines(input.files[1].bytes).filter(Self.isName)
    guard make(folders) else { return .refused }
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let source: ImageSource
    do throws(ImageSourceError) {
      source = try ImageSource(paths: [folder], labels: labels)
    } catch { return .refused(error, naming: folder) }
    let unlabelled = source.listing.unlabelled.reduce(0) { $0 + $1.images }
    let labelled = source.items.count { $0.label != nil }
    return .accepted([
      (source.items.count == Set(folders).count, "\(source.items.count) images in \(Set(folders).count) folders"),
      (source.items.allSatisfy { $0.label.map(labels.indices.contains) ?? true }, "a class that there is not"),
      (labels.isEmpty ? labelled == 0 : labelled + unlabelled == source.items.count, "images are lost"),
      (source.listing.doubts.allSatisfy { !$0.steersTerminals }, "a doubt steers terminals"),
      (hasExactLabels(source, labels), "a folder called as a label has another class"),
    ])
  }

  /// Whether every folder of exactly a label's bytes has that class.
  private func hasExactLabels(_ source: ImageSource, _ labels: [String]) -> Bool {
    source.items.allSatisfy { item in
      // A name that is not UTF-8 is shown repaired; no label is called so.
      let folder = item.relativePath.utf8.split(separator: UInt8(ascii: "/")).dropLast().last.map(Array.init) ?? []
      guard !item.relativePath.contains("\u{FFFD}") else { return true }
      return labels.firstIndex { Array($0.utf8) == folder }.map { item.label == $0 } ?? true
    }
  }

  /// Whether a folder that is looked at can be called so.
  private static func isName(_ bytes: [UInt8]) -> Bool {
    (1...255).contains(bytes.count) && bytes[0] != UInt8(ascii: ".") && !bytes.contains(0)
      && !bytes.contains(UInt8(ascii: "/"))
  }

  /// Makes folders with an image's signature each; false where the system refuses a name.
  private func make(_ folders: [[UInt8]]) -> Bool {
    try? FileManager.default.removeItem(atPath: folder)
    guard unsafe mkdir(folder, 0o755) == 0 else { return false }
    for name in folders {
      let path = Array(folder.utf8) + [UInt8(ascii: "/")] + name
      let file = path + Array("/a.png".utf8) + [0]
      // Both paths end with a zero and live through the calls.
      _ = unsafe mkdir((path + [0]).map { CChar(bitPattern: $0) }, 0o755)
      let descriptor = unsafe open(file.map { CChar(bitPattern: $0) }, O_CREAT | O_WRONLY, 0o644)
      guard descriptor >= 0 else { return false }
      close(descriptor)
    }
    return true
  }
}
