import Files
import PlainText

/// Finds the class that each folder of a source names.
///
/// A folder's name and a label belong together by the first of these rules that holds for some label:
///
/// 1. they are the same bytes;
/// 2. they are the same text, whether accents are composed or not (Unicode's canonical equivalence);
/// 3. they are the same text apart from case, white space at the ends and characters that are not seen (a byte-order
///    mark);
/// 4. both begin with the same WordNet number, as `n01440764 tench` and the folder `n01440764`.
///
/// A rule that holds for two labels gives none. Where two names of folders come to one label, one by rule 1 or 2 keeps
/// it alone; by the others neither has it: a wrong class is worse than none.
struct ClassLabels {
  /// What could not be decided, a sentence each.
  private(set) var doubts: [String] = []
  private var classes: [PathBytes: Int] = [:]

  /// The classes among `labels` of folders with these names.
  init(_ labels: [String], folders: Set<PathBytes>) {
    guard !labels.isEmpty else { return }
    let rules = Self.rules(labels)
    var claims: [Int: [(folder: PathBytes, rule: Int)]] = [:]
    for folder in folders.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      let matches = rules.lazy.map { $0(folder) }.enumerated().first { !$0.element.isEmpty }
      guard let (rule, found) = matches else { continue }
      if found.count == 1 {
        claims[found[0], default: []].append((folder, rule))
      } else {
        let names = found.map { labels[$0].quoted }.joined(separator: " or ")
        doubts.append("the folder name \(Self.quoted(folder)) may be the class \(names): its images have no label")
      }
    }
    for (label, claims) in claims.sorted(by: { $0.key < $1.key }) { settle(claims, label, named: labels[label]) }
  }

  /// Gives a label to the folders that claim it, or to none.
  private mutating func settle(_ claims: [(folder: PathBytes, rule: Int)], _ label: Int, named name: String) {
    let certain = claims.filter { $0.rule < 2 }
    let winners = certain.isEmpty && claims.count == 1 ? claims : certain
    for winner in winners { classes[winner.folder] = label }
    guard winners.count < claims.count else { return }
    let names = claims.map { Self.quoted($0.folder) }.joined(separator: " and ")
    let outcome = winners.isEmpty ? "neither has it" : "\(Self.quoted(winners[0].folder)) has it"
    doubts.append("the folder names \(names) may all be the class \(name.quoted): \(outcome)")
  }

  /// The class of the innermost folder that bears a label: the folders of the relative path, then the root's own name.
  func label(of relative: PathBytes, rootName: PathBytes?) -> Int? {
    guard !classes.isEmpty else { return nil }
    for folder in relative.split(separator: UInt8(ascii: "/")).dropLast().reversed() {
      if let index = classes[PathBytes(folder)] { return index }
    }
    return rootName.flatMap { classes[$0] }
  }

  private static func quoted(_ folder: PathBytes) -> String { String(decoding: folder, as: UTF8.self).quoted }

  /// The rules in their order: a folder's name to the labels that it is by that rule.
  private static func rules(_ labels: [String]) -> [(PathBytes) -> [Int]] {
    func rule<Key: Hashable>(_ key: @escaping (PathBytes) -> Key?) -> (PathBytes) -> [Int] {
      var indices: [Key: [Int]] = [:]
      for (index, label) in labels.enumerated() {
        if let key = key(PathBytes(label.utf8)) { indices[key, default: []].append(index) }
      }
      return { key($0).flatMap { indices[$0] } ?? [] }
    }
    func text(_ bytes: PathBytes) -> String? { String(validating: bytes, as: UTF8.self) }
    return [
      rule { $0 },
      // Strings are equal, and have equal hashes, where they are canonically equivalent.
      rule { text($0) },
      rule { text($0).map(plain) },
      rule { text($0).flatMap(wordNetNumber) },
    ]
  }

  /// A name without what tells apart no two classes: case, white space at the ends, invisible characters.
  private static func plain(_ name: String) -> String {
    let seen = name.unicodeScalars.filter { !$0.properties.isDefaultIgnorableCodePoint }
    let start = seen.drop { $0.properties.isWhitespace }
    let trimmed = start.reversed().drop { $0.properties.isWhitespace }.reversed()
    return String(String.UnicodeScalarView(trimmed)).lowercased()
  }

  /// `n` and eight digits at the beginning, where no letter or digit follows.
  private static func wordNetNumber(_ name: String) -> String? {
    let bytes = Array(plain(name).utf8)
    let isDigit: (UInt8) -> Bool = { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard bytes.count >= 9, bytes[0] == UInt8(ascii: "n"), bytes[1..<9].allSatisfy(isDigit) else { return nil }
    if bytes.count > 9, bytes[9] >= 0x80 || isDigit(bytes[9]) || Character(Unicode.Scalar(bytes[9])).isLetter {
      return nil
    }
    return String(decoding: bytes[..<9], as: UTF8.self)
  }
}
