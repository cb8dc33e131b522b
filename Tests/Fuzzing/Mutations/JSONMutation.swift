/// Changes of a JSON text at the level of its values: what comes out is mostly valid JSON that says something else.
package enum JSONMutation {
  /// What a value may become.
  private static let values: [[UInt8]] = [
    "0", "-1", "1", "2", "9", "-0", "0.5", "1e308", "1e-400", "1e999", "65536", "65537", "4294967296", "2147483648",
    "9007199254740993", "4611686018427387904", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
    "18446744073709551615", "170141183460469231731687303715884105727", "null", "true", "false", "[]", "{}", "\"\"",
    "[[]]", "[0]", "[0,0]", "[1,1,1,1]", "{\"a\":1}", "\"\\u0000\"", "\"\\ud800\"", "\"\\u001b[2J\"", "\"\\u202e\"",
    "\"e\u{301}\u{301}\"", "\"input\"", "\"conv\"", "\"convolution\"", "\"activation\"", "\"add\"", "\"F64\"",
    "\"U64\"",
    "\"9223372036854775808\"", "\"-170141183460469231731687303715884105728\"", "nan", "",
  ].map { Array($0.utf8) }

  /// One to three values changed. Text that is no JSON is changed as bytes.
  package static func mutate(_ original: [UInt8], _ random: inout FuzzRandom) -> [UInt8] {
    var text = original
    for _ in 0..<1 + random.below(3) {
      guard let spans = JSONSpans(text)?.values, spans.count > 1 else {
        return ByteMutation.mutate(text, &random)
      }
      change(&text, spans, &random)
    }
    return text
  }

  private static func change(_ text: inout [UInt8], _ spans: [Range<Int>], _ random: inout FuzzRandom) {
    let place = random.element(spans)
    switch random.below(9) {
    case 0...3: text.replaceSubrange(place, with: random.element(values))
    case 4: text.replaceSubrange(place, with: text[random.element(spans)])
    case 5:
      // Where it stands in a list or an object it comes twice.
      text.insert(contentsOf: [UInt8(ascii: ",")] + text[place], at: place.upperBound)
    case 6:
      let digits = text[place].count { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      guard digits > 0 else { return text.replaceSubrange(place, with: random.element(values)) }
      let number = random.isOne(in: 2) ? UInt64(random.below(20)) : ByteMutation.number(&random)
      text.replaceSubrange(place, with: Array("\(number)".utf8))
    case 7: drop(place, of: &text)
    default:
      var part = Array(text[place])
      part = ByteMutation.mutate(part, &random)
      text.replaceSubrange(place, with: part)
    }
  }

  /// Takes a value away with the comma behind it and, in an object, the key before it.
  private static func drop(_ place: Range<Int>, of text: inout [UInt8]) {
    var (start, end) = (place.lowerBound, place.upperBound)
    if end < text.count, text[end] == UInt8(ascii: ",") { end += 1 }
    if start > 0, text[..<start].last(where: { $0 != UInt8(ascii: " ") }) == UInt8(ascii: ":") {
      let quote = UInt8(ascii: "\"")
      if let close = text[..<start].lastIndex(of: quote), let open = text[..<close].lastIndex(of: quote) {
        start = open
      }
    }
    text.removeSubrange(start..<end)
  }
}

/// Where each value of a JSON text stands, outer ones before inner ones.
struct JSONSpans {
  private(set) var values: [Range<Int>] = []
  private let text: [UInt8]
  private var position = 0

  /// Nil for text that is no JSON, as far as its brackets, commas and quotes go.
  init?(_ text: [UInt8]) {
    self.text = text
    guard value(depth: 0) else { return nil }
    skipSpace()
    guard position == text.count else { return nil }
  }

  private mutating func skipSpace() {
    while position < text.count, text[position] <= 0x20 { position += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func value(depth: Int) -> Bool {
    skipSpace()
    guard position < text.count, depth < 100 else { return false }
    let (start, index) = (position, values.count)
    values.append(start..<start)
    let isValid =
      switch text[position] {
      case UInt8(ascii: "\""): string()
      case UInt8(ascii: "{"): members(until: "}", hasKeys: true, depth: depth)
      case UInt8(ascii: "["): members(until: "]", hasKeys: false, depth: depth)
      default: word()
      }
    values[index] = start..<position
    return isValid
  }

  private mutating func string() -> Bool {
    position += 1
    while position < text.count, text[position] != UInt8(ascii: "\"") {
      position += text[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    position += 1
    return position <= text.count
  }

  private mutating func word() -> Bool {
    let start = position
    while position < text.count, text[position] > 0x20, !",]}:\"".utf8.contains(text[position]) { position += 1 }
    return position > start
  }

  private mutating func members(until end: Unicode.Scalar, hasKeys: Bool, depth: Int) -> Bool {
    position += 1
    if take(end) { return true }
    repeat {
      if hasKeys {
        skipSpace()
        guard position < text.count, text[position] == UInt8(ascii: "\""), string(), take(":") else { return false }
      }
      guard value(depth: depth + 1) else { return false }
    } while take(",")
    return take(end)
  }
}
