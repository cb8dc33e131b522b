import ModelFiles
import Testing

struct JSONReaderTests {
  private func read(_ text: String) throws -> JSONValue { try JSONReader.read(Array(text.utf8)) }

  @Test("values of every kind are read")
  func values() throws {
    let value = try read(#" { "a" : [ null , true , false , -0.5e+3 , 12 , "x" ] , "b" : { } , "c" : [ ] } "#)
    #expect(
      value
        == .object([
          "a": .array([.null, .bool(true), .bool(false), .number("-0.5e+3"), .number("12"), .string("x")]),
          "b": .object([:]), "c": .array([]),
        ]))
  }

  @Test("escapes and surrogate pairs become their characters")
  func escapes() throws {
    #expect(try read(#""\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00é😀""#) == .string("\"\\/\u{8}\u{C}\n\r\té😀é😀"))
  }

  @Test("integers are read exactly, beyond what a Double holds")
  func integers() throws {
    #expect(try read("9007199254740993").integer == 9_007_199_254_740_993)
    #expect(try read("9223372036854775807").integer == Int.max)
    #expect(try read("-9223372036854775808").integer == Int.min)
  }

  @Test(
    "what is not an integer of 64 bits is none",
    arguments: ["9223372036854775808", "18446744073709551616", "1.0", "1e3", "1.5", "-0.0", "\"1\"", "true"])
  func noIntegers(text: String) throws {
    #expect(try read(text).integer == nil)
  }

  @Test("numbers beyond the range of Float are none")
  func floats() throws {
    #expect(try read("0.3333333333333333").float == 1 / 3)
    #expect(try read("1e39").float == nil)
    #expect(try read("1e999").float == nil)
    #expect(try read("null").float == nil)
  }

  @Test(
    "texts that are not JSON are refused",
    arguments: [
      "", " ", "{", "[", "\"", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "[1", "[1,", "[1,]", "[,1]",
      "{,}", "{1:2}", "{\"a\" 1}", "[1 2]", "tru", "nul", "falsy", "True", "NaN", "Infinity", "-", "+1", "01", "-01",
      ".5", "1.", "1e", "1e+", "0x1", "1 2", "[] []", "{} x", "'a'", "/**/1", "\"\\", "\"\\x\"", "\"\\u12\"",
      "\"\\u12g4\"", "\"\\u+123\"", "\u{FEFF}1",
    ])
  func refused(text: String) {
    #expect(throws: JSONError.self) { try read(text) }
  }

  @Test(
    "half a surrogate pair is refused", arguments: [#""\uD83D""#, #""\uDE00""#, #""\uD83D\n""#, #""\uD83D\uD83D""#])
  func surrogates(text: String) {
    #expect(
      throws: JSONError(
        offset: text.utf8.count > 8 ? (text.contains("n") ? 8 : 13) : 7, problem: "half a surrogate pair")
    ) {
      try read(text)
    }
  }

  @Test("control characters must be escaped in strings, and mean nothing outside them")
  func controlCharacters() {
    for text in ["\"a\nb\"", "\"\u{0}\"", "[1]\u{0}", "\u{B}1", "\"\t\""] {
      #expect(throws: JSONError.self) { try read(text) }
    }
  }

  @Test(
    "bytes that are not UTF-8 are refused",
    arguments: [[0xFF], [0xC0, 0x80], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80]] as [[UInt8]])
  func invalidText(bytes: [UInt8]) {
    #expect(throws: JSONError(offset: 1, problem: "a string is not valid UTF-8")) {
      try JSONReader.read([0x22] + bytes + [0x22])
    }
  }

  @Test("a key that comes twice is refused, however it is spelt", arguments: ["a", "\\u0061", "\\u0061"])
  func duplicates(second: String) {
    #expect(throws: JSONError(offset: 8, problem: "the key \"a\" comes twice")) {
      try read("{\"a\": 1,\"\(second)\": 2}")
    }
  }

  @Test("a long run of combining marks, which takes long to compare, is refused; no language's words are")
  func combiningMarks() throws {
    let marks = String(repeating: "\u{301}\u{327}", count: 10_000)
    let clock = ContinuousClock()
    let start = clock.now
    #expect(throws: JSONError(offset: 2, problem: "a string has more than 30 combining marks in a row")) {
      try read("{\"a\(marks)\": 1}")
    }
    #expect(throws: JSONError.self) { try read("[\"a\(marks)\"]") }
    let time = clock.now - start
    #expect(time < .seconds(2))
    let most = String(repeating: "\u{301}", count: 30)
    #expect(try read("[\"a\(most)b\(most)\"]") == .array([.string("a\(most)b\(most)")]))
  }

  @Test("nesting is limited, and deep nesting costs no stack")
  func nesting() throws {
    let deepest = JSONReader.maximumDepth
    let nested = String(repeating: "[", count: deepest) + "1" + String(repeating: "]", count: deepest)
    #expect(throws: Never.self) { try read(nested) }
    #expect(throws: JSONError(offset: deepest + 1, problem: "nested deeper than \(deepest)")) {
      try read("[" + nested + "]")
    }
    #expect(throws: JSONError.self) { try read(String(repeating: "[", count: 1_000_000)) }
    #expect(throws: JSONError.self) { try read(String(repeating: "{\"a\":", count: 1_000_000)) }
  }

  @Test("the number of values and the length of numbers are limited")
  func limits() {
    let many = "[" + String(repeating: "0,", count: JSONReader.maximumValues) + "0]"
    #expect(throws: JSONError.self) { try read(many) }
    #expect(throws: JSONError.self) { try read(String(repeating: "1", count: JSONReader.maximumNumberLength + 1)) }
    #expect(throws: Never.self) { try read(String(repeating: "1", count: JSONReader.maximumNumberLength)) }
  }
}
