import Files
import ModelFiles
import PlainText

/// What a source itself says about an image's class: the word in a file beside it, in a list or in a table.
enum StatedClass {
  /// Most bytes of a file beside an image that are looked at.
  static let mostBytes = 1 << 20
  /// Most bytes of a word.
  private static let mostWordBytes = 1024
  /// Members of a JSON object that tell the class, the first one of them that is there.
  private static let members = ["cls", "label"]

  /// Whether a file may say the class of the image beside it, by its ending.
  static func mayState(_ path: PathBytes) -> Bool {
    let ending = ImageNames.ending(of: path)
    return ending == ".cls" || ending == ".json"
  }

  /// What a file beside an image says.
  enum Statement: Sendable {
    /// A class, by its name or its index.
    case word(PathBytes)
    /// Nothing that can be read, though it is there to say a class.
    case broken

    init(_ word: PathBytes?) { self = word.map(Statement.word) ?? .broken }
  }

  /// What the content (nil where it cannot be read) of the file at `path` says; nil for a JSON file about other things.
  static func statement(_ content: [UInt8]?, path: PathBytes) -> Statement? {
    guard let content, content.count <= mostBytes else { return .broken }
    if ImageNames.ending(of: path) == ".cls" { return Statement(trimmed(content[...])) }
    guard let value = try? JSONReader.read(content) else { return .broken }
    guard case .object(let object) = value, let said = members.lazy.compactMap({ object[$0] }).first else { return nil }
    switch said {
    case .string(let text): return Statement(trimmed(Array(text.utf8)[...]))
    case .number(let text): return .word(PathBytes(text.utf8))
    default: return .broken
    }
  }

  /// Without white space at the ends; nil where nothing is left, or more than a class is called.
  static func trimmed(_ bytes: ArraySlice<UInt8>) -> PathBytes? {
    let isSpace: (UInt8) -> Bool = { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
    let text = bytes.drop(while: isSpace).reversed().drop(while: isSpace).reversed()
    return (1...mostWordBytes).contains(text.count) ? PathBytes(text) : nil
  }
}

/// The files beside images that state classes, by their path without the ending.
struct BesideImages {
  private var words: [PathBytes: (word: PathBytes, isCls: Bool)] = [:]
  /// Where a file says nothing that can be read.
  private var broken: Set<PathBytes> = []

  /// Notes what a file says; `.cls` goes before `.json`.
  mutating func add(_ statement: StatedClass.Statement, path: PathBytes) {
    guard let key = ImageNames.keys(of: path).first else { return }
    let isCls = ImageNames.ending(of: path) == ".cls"
    switch statement {
    case .broken: broken.insert(key)
    case .word(let word): if isCls || words[key]?.isCls != true { words[key] = (word, isCls) }
    }
  }

  /// The word for the image at `path`.
  func word(for path: PathBytes) -> PathBytes? {
    words.isEmpty ? nil : ImageNames.keys(of: path).lazy.compactMap { words[$0]?.word }.first
  }

  /// What is said of the image at `path`: a word before what cannot be read.
  func statement(for path: PathBytes) -> StatedClass.Statement? {
    if let word = word(for: path) { return .word(word) }
    return !broken.isEmpty && ImageNames.keys(of: path).contains(where: broken.contains) ? .broken : nil
  }
}

/// The classes of the words that a source states: names of classes, by the rules for names of folders, or their
/// indices.
struct StatedLabels {
  private let labels: [String]
  private var names: ClassLabels
  private var doubtsOfIndices: [PathBytes: String] = [:]
  private var classes: [PathBytes: Int?] = [:]

  init(_ labels: [String]) {
    self.labels = labels
    names = ClassLabels(labels, areStated: true)
  }

  /// The class of a word; nil where it is none.
  mutating func label(of word: PathBytes) -> Int? {
    if let known = classes[word] { return known }
    names.add(word)
    let label = resolved(word)
    classes[word] = .some(label)
    return label
  }

  private mutating func resolved(_ word: PathBytes) -> Int? {
    let name = names.label(of: word)
    guard (1...18).contains(word.count), word.allSatisfy({ (0x30...0x39).contains($0) }),
      let index = Int(String(decoding: word, as: UTF8.self))
    else { return name }
    let text = String(decoding: word, as: UTF8.self)
    if let name, name != index {
      doubtsOfIndices[word] = "the class \(text) may be the name of class \(name) or an index: its images have no label"
      return nil
    }
    guard labels.indices.contains(index) else {
      doubtsOfIndices[word] =
        "the class \(text) is none of the model's 0 to \(labels.count - 1): its images have no label"
      return nil
    }
    return index
  }

  /// Doubts that are told one by one.
  private static let mostDoubts = 5

  /// What could not be decided, a sentence each.
  var doubts: [String] {
    let indices = doubtsOfIndices.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
    let unknown = classes.keys.filter {
      classes[$0] == .some(nil) && doubtsOfIndices[$0] == nil && !names.isUnclear($0)
    }.sorted { $0.lexicographicallyPrecedes($1) }.map { word in
      "the class \(String(decoding: word.prefix(80), as: UTF8.self).quoted) is none of the model's: its images have no label"
    }
    let all = names.doubts + indices + unknown
    let more = all.count - Self.mostDoubts
    return Array(all.prefix(Self.mostDoubts))
      + (more > 0 ? ["\(more) more of the stated classes are none of the model's"] : [])
  }
}
