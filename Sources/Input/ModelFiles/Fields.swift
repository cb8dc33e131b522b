import PlainText

/// The members of a JSON object on their way to a value: each is taken once, and what nobody took is an error.
///
/// `null` means the same as a key that is left out. Every problem's text begins with the object's place in the file.
struct Fields {
  /// Where the object stands: `variant "x", node "y"`.
  let place: String
  private var members: [String: JSONValue]

  /// Longest name or label, in UTF-8 bytes.
  static let maximumNameLength = 1024

  init(_ value: JSONValue, place: String) throws(Problem) {
    guard case .object(let members) = value else {
      throw Problem("\(place): expected an object, but it is \(value.summary)")
    }
    self.place = place
    self.members = members
  }

  /// The same members under another description of their place.
  func at(_ place: String) -> Fields { Fields(place: place, members: members) }

  private init(place: String, members: [String: JSONValue]) {
    self.place = place
    self.members = members
  }

  func problem(_ text: String) -> Problem { Problem("\(place): \(text)") }

  /// Refuses keys that were not taken, so that a misspelt option cannot pass for its default.
  func finish() throws(Problem) {
    if let key = members.keys.min() { throw problem("unknown key \(key.quoted)") }
  }

  /// The value of `key`; nil when there is none or it is `null`.
  mutating func take(_ key: String) -> JSONValue? {
    guard let value = members.removeValue(forKey: key), value != .null else { return nil }
    return value
  }

  /// Whether there is a value for `key` that nobody took; a `null` counts as taken.
  mutating func contains(_ key: String) -> Bool {
    if members[key] == .null { members[key] = nil }
    return members[key] != nil
  }

  /// The object under `key`, if there is one.
  mutating func object(_ key: String) throws(Problem) -> Fields? {
    guard let value = take(key) else { return nil }
    return try Fields(value, place: "\(place), \(key)")
  }

  /// A non-empty text without control characters; nil when `key` is left out.
  mutating func optionalText(_ key: String) throws(Problem) -> String? {
    guard let value = take(key) else { return nil }
    return try text(value, key: key)
  }

  mutating func text(_ key: String) throws(Problem) -> String {
    guard let text = try optionalText(key) else { throw missing(key, "a string") }
    return text
  }

  mutating func texts(_ key: String) throws(Problem) -> [String] {
    guard let value = take(key) else { return [] }
    guard case .array(let elements) = value else { throw unexpected(value, key, "an array of strings") }
    var texts: [String] = []
    for element in elements { texts.append(try text(element, key: key)) }
    return texts
  }

  private func text(_ value: JSONValue, key: String) throws(Problem) -> String {
    guard case .string(let text) = value else { throw unexpected(value, key, "a string") }
    guard !text.isEmpty else { throw problem("\(key) is an empty string") }
    guard !text.steersTerminals else { throw problem("\(key) holds control characters: \(text.quoted)") }
    guard text.utf8.count <= Self.maximumNameLength else {
      throw problem("\(key) is longer than \(Self.maximumNameLength) bytes: \(text.quoted)")
    }
    return text
  }

  /// One of an enumeration's words; without a `standard` the key must be there.
  mutating func word<Value: RawRepresentable<String> & CaseIterable>(
    _ key: String, of type: Value.Type, default standard: Value? = nil
  ) throws(Problem) -> Value {
    if let standard, !contains(key) { return standard }
    let word = try text(key)
    guard let value = Value(rawValue: word) else {
      let expected = type.allCases.map(\.rawValue.quoted).joined(separator: ", ")
      throw problem("\(key): expected one of \(expected), but it is \(word.quoted)")
    }
    return value
  }

  mutating func bool(_ key: String, default standard: Bool) throws(Problem) -> Bool {
    guard let value = take(key) else { return standard }
    guard case .bool(let bool) = value else { throw unexpected(value, key, "true or false") }
    return bool
  }

  /// An integer in `range`; without a `standard` the key must be there.
  mutating func integer(
    _ key: String, in range: ClosedRange<Int>, default standard: Int? = nil
  ) throws(Problem) -> Int {
    guard let value = take(key) else {
      guard let standard else { throw missing(key, "an integer") }
      return standard
    }
    guard let integer = value.integer, range.contains(integer) else {
      throw unexpected(value, key, "an integer from \(range.lowerBound) to \(range.upperBound)")
    }
    return integer
  }

  mutating func integers(
    _ key: String, count: Int, in range: ClosedRange<Int>, default standard: [Int]? = nil
  ) throws(Problem) -> [Int] {
    let wanted = "\(count) integers from \(range.lowerBound) to \(range.upperBound)"
    guard let value = take(key) else {
      guard let standard else { throw missing(key, wanted) }
      return standard
    }
    guard case .array(let elements) = value, elements.count == count else { throw unexpected(value, key, wanted) }
    var integers: [Int] = []
    for element in elements {
      guard let integer = element.integer, range.contains(integer) else { throw unexpected(element, key, wanted) }
      integers.append(integer)
    }
    return integers
  }

  /// As many integers in `range` as there are, at least one.
  mutating func integerList(_ key: String, in range: ClosedRange<Int>) throws(Problem) -> [Int] {
    let wanted = "integers from \(range.lowerBound) to \(range.upperBound)"
    guard let value = take(key) else { throw missing(key, wanted) }
    guard case .array(let elements) = value, !elements.isEmpty else { throw unexpected(value, key, wanted) }
    return try elements.map { element throws(Problem) in
      guard let integer = element.integer, range.contains(integer) else { throw unexpected(element, key, wanted) }
      return integer
    }
  }

  mutating func float(_ key: String, default standard: Float) throws(Problem) -> Float {
    try optionalFloat(key) ?? standard
  }

  mutating func optionalFloat(_ key: String) throws(Problem) -> Float? {
    guard let value = take(key) else { return nil }
    guard let float = value.float else { throw unexpected(value, key, "a number") }
    return float
  }

  mutating func floats(_ key: String, count: Int, default standard: [Float]? = nil) throws(Problem) -> [Float] {
    let wanted = count == 1 ? "an array of 1 number" : "an array of \(count) numbers"
    guard let value = take(key) else {
      guard let standard else { throw missing(key, wanted) }
      return standard
    }
    guard case .array(let elements) = value, elements.count == count else { throw unexpected(value, key, wanted) }
    var floats: [Float] = []
    for element in elements {
      guard let float = element.float else { throw unexpected(element, key, wanted) }
      floats.append(float)
    }
    return floats
  }

  func missing(_ key: String, _ wanted: String) -> Problem { problem("\(key) is missing; expected \(wanted)") }

  func unexpected(_ value: JSONValue, _ key: String, _ wanted: String) -> Problem {
    problem("\(key): expected \(wanted), but it is \(value.summary)")
  }
}
