import Files
import PlainText

/// Finds the class that each name of a source names: a folder's, or what a source itself says of an image.
///
/// A name and a label belong together by the first of these rules that holds for some label:
///
/// 1. they are the same bytes;
/// 2. they are the same text, whether accents are composed or not (Unicode's canonical equivalence);
/// 3. they are the same text apart from case, white space at the ends and characters that are not seen (a byte-order
///    mark);
/// 4. both begin with the same WordNet number, as `n01440764 tench` and the folder `n01440764`.
///
/// A rule that holds for two labels gives none. Where two names come to one label, one by rule 1 or 2 keeps it alone;
/// by the others neither has it: a wrong class is worse than none. Of names that a source states itself (`areStated`)
/// any number may come to one label: they were written to be classes.
struct ClassLabels {
  private let labels: [String]
  private let rules: [(PathBytes) -> [Int]]
  private let areStated: Bool
  private var seen: Set<PathBytes> = []
  private var claims: [Int: [(name: PathBytes, rule: Int)]] = [:]
  private var classes: [PathBytes: Int] = [:]
  /// Names that may be several labels.
  private var unclear: [PathBytes: [Int]] = [:]

  /// The classes among `labels` of these names.
  init(_ labels: [String], names: Set<PathBytes> = [], areStated: Bool = false) {
    self.labels = labels
    self.areStated = areStated
    rules = labels.isEmpty ? [] : Self.rules(labels)
    for name in names { add(name) }
  }

  /// Adds a name; whether another name lost its class by that.
  @discardableResult
  mutating func add(_ name: PathBytes) -> Bool {
    guard !labels.isEmpty, seen.insert(name).inserted else { return false }
    let matches = rules.lazy.map { $0(name) }.enumerated().first { !$0.element.isEmpty }
    guard let (rule, found) = matches else { return false }
    guard found.count == 1 else {
      unclear[name] = found
      return false
    }
    let label = found[0]
    claims[label, default: []].append((name, rule))
    return settle(label)
  }

  /// Gives a label to the names that claim it, or to none; whether one lost it.
  private mutating func settle(_ label: Int) -> Bool {
    let claims = claims[label] ?? []
    let winners = Set(Self.winners(claims, areStated).map(\.name))
    var isLost = false
    for claim in claims {
      let isWinner = winners.contains(claim.name)
      if !isWinner, classes[claim.name] != nil { isLost = true }
      classes[claim.name] = isWinner ? label : nil
    }
    return isLost
  }

  private static func winners(
    _ claims: [(name: PathBytes, rule: Int)], _ areStated: Bool
  ) -> [(name: PathBytes, rule: Int)] {
    let certain = claims.filter { $0.rule < 2 }
    return areStated || certain.isEmpty && claims.count == 1 ? claims : certain
  }

  /// What could not be decided, a sentence each.
  var doubts: [String] {
    let kind = areStated ? "class" : "folder"
    let unclear = unclear.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { name, found in
      let names = found.map { labels[$0].quoted }.joined(separator: " or ")
      return "the \(kind) name \(Self.quoted(name)) may be the class \(names): its images have no label"
    }
    let claimed = claims.sorted { $0.key < $1.key }.compactMap { label, claims -> String? in
      let claims = claims.sorted { $0.name.lexicographicallyPrecedes($1.name) }
      let winners = Self.winners(claims, areStated)
      guard winners.count < claims.count else { return nil }
      let names = claims.map { Self.quoted($0.name) }.joined(separator: " and ")
      let outcome = winners.isEmpty ? "neither has it" : "\(Self.quoted(winners[0].name)) has it"
      return "the folder names \(names) may all be the class \(labels[label].quoted): \(outcome)"
    }
    return unclear + claimed
  }

  /// Whether a name may be several labels.
  func isUnclear(_ name: PathBytes) -> Bool { unclear[name] != nil }

  /// The class of a name; nil where it is none's, or was not added.
  func label(of name: PathBytes) -> Int? { classes[name] }

  /// The class of the innermost folder that bears a label: the folders of the relative path, then the root's own name.
  func label(inFolders relative: PathBytes, rootName: PathBytes?) -> Int? {
    guard !classes.isEmpty else { return nil }
    for folder in relative.split(separator: UInt8(ascii: "/")).dropLast().reversed() {
      if let index = classes[PathBytes(folder)] { return index }
    }
    return rootName.flatMap { classes[$0] }
  }

  private static func quoted(_ name: PathBytes) -> String { String(decoding: name, as: UTF8.self).quoted }

  /// The rules in their order: a name to the labels that it is by that rule.
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
