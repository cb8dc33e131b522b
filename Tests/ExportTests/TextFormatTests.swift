import Export
import Figures
import Foundation
import Testing

@Test("Cells that a reader would split are quoted, others are not")
func csvQuotes() {
  var table = CSV(columns: ["a", "b c"])
  table.append(row: [.text("x,y"), .text("say \"so\"")])
  table.append(row: [.text("two\nlines"), .text(" edge")])
  table.append(row: [.text(""), .absent])
  let text = String(decoding: table.bytes, as: UTF8.self)
  #expect(text == "a,b c\n\"x,y\",\"say \"\"so\"\"\"\n\"two\nlines\",\" edge\"\n,\n")
}

@Test("What could steer a terminal is escaped in CSV and in JSON, where a reader gets it back")
func steeringText() throws {
  let odd = "a\u{1B}[2J\u{9B}b\u{202E}c"
  #expect(CSV.text(.text(odd)) == "a\\u{1b}[2J\\u{9b}b\\u{202e}c")
  let bytes = JSON.object([("a", .text(odd))]).bytes
  #expect(String(decoding: bytes, as: UTF8.self).contains(#""a\u001b[2J\u009bb\u202ec""#))
  #expect(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: String] == ["a": odd])
}

@Test("Numbers are the shortest decimals that read back as the same number")
func numbersRoundTrip() {
  let numbers = [0, 1, 0.1, 1.0 / 3, 1e-300, 6.02e23, -4, 1.0 / 17, .leastNonzeroMagnitude, 123_456_789.125]
  for number in numbers {
    let text = CSV.text(.number(number))
    #expect(Double(text) == number && !text.contains(","))
  }
  #expect(CSV.text(.number(0.1)) == "0.1")
  #expect(CSV.text(.absent) == "")
  #expect(CSV.text(.count(.max)) == "18446744073709551615")
}

@Test("JSON text escapes what it must and keeps the members' order")
func jsonEscapes() throws {
  let odd = "quote \" slash \\ line \n tab \t bell \u{7} é 漢 🙂"
  let value = JSON.object([
    ("z", .text(odd)), ("a", .list([.integer(-3), .null, .flag(true), .number(0.25)])), ("e", .object([])),
    ("n", .optional(.nan)),
  ])
  let text = String(decoding: value.bytes, as: UTF8.self)
  #expect(
    text.hasPrefix("{\n  \"z\": \"quote \\\" slash \\\\ line \\n tab \\t bell \\u0007 é 漢 🙂\",\n  \"a\": [\n    -3,\n"))
  #expect(text.hasSuffix("  \"e\": {},\n  \"n\": null\n}\n"))
  let read = try #require(try JSONSerialization.jsonObject(with: Data(value.bytes)) as? [String: Any])
  #expect(read["z"] as? String == odd)
}

@Test("Folder names are plain, different for different variants, and never leave the folder")
func folderNames() {
  #expect(ExportFolder.name(forVariant: "dyrelu-b") == "dyrelu-b")
  #expect(ExportFolder.name(forVariant: "v1.2_x") == "v1.2_x")
  #expect(ExportFolder.name(forVariant: "..") == "%2E.")
  #expect(ExportFolder.name(forVariant: "a/b c") == "a%2Fb%20c")
  #expect(ExportFolder.name(forVariant: "a%2Fb") == "a%252Fb")
  #expect(ExportFolder.name(forVariant: "") == "%")
  #expect(ExportFolder.name(forVariant: "\u{0}é") == "%00%C3%A9")
  let long = String(repeating: "x", count: 5000)
  let names = [long, long + "y"].map(ExportFolder.name(forVariant:))
  #expect(names[0] != names[1] && names.allSatisfy { $0.utf8.count <= 200 })
}
