import Foundation
import ModelFiles
import Testing
import TinyModels

struct SafetensorsArchiveTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func open(_ bytes: [UInt8]) throws -> SafetensorsArchive {
    try SafetensorsArchive(path: folder.write(bytes))
  }

  /// Opens an archive that must be refused, and gives the problem.
  private func problem(_ bytes: [UInt8]) throws -> String {
    let path = try folder.write(bytes)
    let error = #expect(throws: ModelFileError.self) { try SafetensorsArchive(path: path) }
    #expect(error?.file == path)
    return error?.problem ?? ""
  }

  private func problem(header: String, data: Int = 0) throws -> String {
    try problem(ArchiveWriter.archive(header: header, data: Array(repeating: 0, count: data)))
  }

  @Test("tensors, scalars, empty tensors and metadata are found")
  func valid() throws {
    var writer = ArchiveWriter()
    writer.metadata = ["format": "pt", "note": "a \"b\"\n"]
    writer.add("b", [2, 2], [1, -2, 3.5, 0.1])
    writer.add("empty", [3, 0, 2], [])
    writer.add("scalar", [], [7])
    let archive = try open(writer.archive)
    #expect(archive.metadata == writer.metadata)
    #expect(archive.entries.count == 3)
    #expect(archive.entries["b"]?.shape == [2, 2])
    #expect(archive.tensor("b")?.values.array == [1, -2, 3.5, 0.1])
    #expect(archive.tensor("empty")?.shape == [3, 0, 2])
    #expect(archive.tensor("empty")?.values.count == 0)
    #expect(archive.tensor("scalar")?.shape == [])
    #expect(archive.tensor("scalar")?.values.array == [7])
    #expect(archive.tensor("none") == nil)
  }

  @Test("an archive without tensors is valid")
  func noTensors() throws {
    #expect(try open(ArchiveWriter.archive(header: "{}")).entries.isEmpty)
  }

  @Test("headers of any length are read, aligned or not", arguments: 0..<9)
  func alignment(padding: Int) throws {
    var writer = ArchiveWriter()
    writer.add("odd", type: "U8", [3], patterns: [])
    writer.tensors[0].bytes = [1, 2, 3]
    writer.add("a", [2], [1.5, -1.5])
    writer.padding = padding
    #expect(try open(writer.archive).tensor("a")?.values.array == [1.5, -1.5])
  }

  @Test("tensors may stand in another order than their names")
  func order() throws {
    let header =
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#
    let archive = try open(
      ArchiveWriter.archive(header: header, data: ArchiveWriter.bytes([Float(1), 2].map(\.bitPattern))))
    #expect(archive.tensor("a")?.values.array == [2])
    #expect(archive.tensor("b")?.values.array == [1])
  }

  @Test("every half precision pattern is widened exactly")
  func halves() throws {
    let patterns = (0...UInt16.max).map { $0 }
    var writer = ArchiveWriter()
    writer.add("h", type: "F16", [256, 256], patterns: patterns)
    let values = try #require(try open(writer.archive).tensor("h")).values.array
    for (pattern, value) in zip(patterns, values) {
      let expected = Float(Float16(bitPattern: pattern))
      #expect(expected.isNaN ? value.isNaN : value.bitPattern == expected.bitPattern)
    }
  }

  @Test("bfloat16 is the upper half of a Float")
  func bfloats() throws {
    let patterns: [UInt16] = [0x3F80, 0xC000, 0x0001, 0x8000, 0x7F80, 0xFF80, 0x7FC0, 0x7F7F]
    var writer = ArchiveWriter()
    writer.add("b", type: "BF16", [8], patterns: patterns)
    let values = try #require(try open(writer.archive).tensor("b")).values.array
    #expect(values.map { UInt16($0.bitPattern >> 16) } == patterns)
    #expect(values.allSatisfy { $0.bitPattern & 0xFFFF == 0 })
  }

  @Test(
    "tensors of other types are listed, but are no weights", arguments: ["I64", "F64", "I32", "U8", "BOOL", "F8_E4M3"])
  func otherTypes(type: String) throws {
    var writer = ArchiveWriter()
    let type = try #require(ElementType(rawValue: type))
    let size = ["I64": 8, "F64": 8, "I32": 4][type.rawValue] ?? 1
    writer.tensors = [.init(name: "x", type: type.rawValue, shape: [2], bytes: Array(repeating: 0, count: 2 * size))]
    let archive = try open(writer.archive)
    #expect(archive.entries["x"]?.type == type)
    #expect(archive.tensor("x") == nil)
  }

  @Test("a file cut off at any byte is refused")
  func truncated() throws {
    var writer = ArchiveWriter()
    writer.metadata = ["a": "b"]
    writer.add("x", [2], [1, 2])
    let bytes = writer.archive
    for length in 0..<bytes.count { #expect(try !problem(Array(bytes.prefix(length))).isEmpty) }
  }

  @Test("bytes after the data are refused")
  func trailing() throws {
    var writer = ArchiveWriter()
    writer.add("x", [1], [1])
    #expect(try problem(writer.archive + [0]) == "the header describes 4 bytes of data, but 5 follow")
  }

  @Test("a header longer than the file, the limit or any integer is refused before memory is taken")
  func headerLength() throws {
    let text = Array("{\"a\":1}".utf8)
    func with(_ length: UInt64) -> [UInt8] { ArchiveWriter.bytes([length]) + text }
    #expect(try problem(with(8)) == "its header would be 8 bytes long, but only 7 bytes follow: is it cut off?")
    for length in [25_000_001, 100_000_000, UInt64(Int.max) - 7, UInt64(Int.max), 1 << 63, .max] {
      #expect(try problem(with(length)) == "its header would be \(length) bytes long, but at most 25000000 are read")
    }
    #expect(try problem(with(0)).contains("not valid JSON at byte 8"))
    #expect(try problem(with(1)).contains("not valid JSON at byte 9"))
  }

  private static let hostileHeaders: [(header: String, data: Int, problem: String)] = {
    func entry(_ type: String, _ shape: String, _ offsets: String) -> String {
      #"{"x":{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(offsets)}}"#
    }
    func two(_ first: String, _ second: String) -> String {
      #"{"a":{"dtype":"U8","shape":[4],"data_offsets":\#(first)},"b":{"dtype":"U8","shape":[4],"data_offsets":\#(second)}}"#
    }
    return [
      (two("[0,4]", "[5,9]"), 9, #"tensor "b" begins at byte 5 of the data, but the one before it ends at 4"#),
      (two("[0,4]", "[3,7]"), 7, #"tensor "b" begins at byte 3 of the data, but the one before it ends at 4"#),
      (two("[0,4]", "[0,4]"), 4, #"tensor "b" begins at byte 0 of the data, but the one before it ends at 4"#),
      (two("[1,5]", "[5,9]"), 9, #"tensor "a" begins at byte 1 of the data, but the one before it ends at 0"#),
      (two("[0,4]", "[4,8]"), 7, "the header describes 8 bytes of data, but 7 follow: is it cut off?"),
      (entry("F32", "[2]", "[0,4]"), 4, #"tensor "x": F32 of shape [2] takes 8 bytes, but data_offsets give 4"#),
      (entry("F32", "[]", "[0,0]"), 0, #"tensor "x": F32 of shape [] takes 4 bytes, but data_offsets give 0"#),
      (entry("F32", "[1]", "[4,0]"), 4, #"tensor "x": data_offsets end before they begin: [4, 0]"#),
      (entry("F32", "[1]", "[0]"), 4, #"tensor "x": data_offsets must be two integers, but has 1"#),
      (entry("F32", "[1]", "[0,4,4]"), 4, #"tensor "x": data_offsets must be two integers, but has 3"#),
      (entry("F32", "1", "[0,4]"), 4, #"tensor "x": shape must be an array of integers"#),
      (
        entry("F32", "[-1]", "[0,4]"), 4,
        #"tensor "x": shape must hold integers from 0 to 9223372036854775807, but has -1"#
      ),
      (
        entry("F32", "[1.0]", "[0,4]"), 4,
        #"tensor "x": shape must hold integers from 0 to 9223372036854775807, but has 1.0"#
      ),
      (
        entry("F32", "[1]", "[0,4e0]"), 4,
        #"tensor "x": data_offsets must hold integers from 0 to 9223372036854775807, but has 4e0"#
      ),
      (
        entry("F32", "[1]", "[0,18446744073709551620]"), 4,
        #"tensor "x": data_offsets must hold integers from 0 to 9223372036854775807, but has 18446744073709551620"#
      ),
      (
        entry("U8", "[4294967296,4294967296]", "[0,0]"), 0,
        #"tensor "x": shape [4294967296, 4294967296] is too large"#
      ),
      (entry("F32", "[4611686018427387905]", "[0,4]"), 4, #"tensor "x": shape [4611686018427387905] is too large"#),
      (
        entry("U8", "[1]", "[9223372036854775806,9223372036854775807]"), 1,
        #"tensor "x" begins at byte 9223372036854775806 of the data, but the one before it ends at 0"#
      ),
      (entry("F4", "[3]", "[0,1]"), 1, #"tensor "x": F4 of shape [3] does not fill whole bytes"#),
      (entry("F31", "[1]", "[0,4]"), 4, #"tensor "x": unknown dtype "F31""#),
      (entry("f32", "[1]", "[0,4]"), 4, #"tensor "x": unknown dtype "f32""#),
      (entry("F32", "[1,1,1,1,1,1,1,1,1]", "[0,4]"), 4, #"tensor "x": has 9 dimensions, but at most 8 are read"#),
      (#"{"x":{"shape":[1],"data_offsets":[0,4]}}"#, 4, #"tensor "x": dtype must be a string"#),
      (#"{"x":{"dtype":"F32","data_offsets":[0,4]}}"#, 4, #"tensor "x": shape must be an array of integers"#),
      (#"{"x":{"dtype":"F32","shape":[1]}}"#, 4, #"tensor "x": data_offsets must be an array of integers"#),
      (#"{"x":{"dtype":"U8","shape":[0],"data_offsets":[0,0],"y":1}}"#, 0, #"tensor "x": unknown key "y""#),
      (#"{"x":[]}"#, 0, #"tensor "x": expected an object, but it is an array of 0"#),
      (#"{"\u001b[31m":[]}"#, 0, #"tensor "\u{1b}[31m": expected an object, but it is an array of 0"#),
      (#"{"__metadata__":[]}"#, 0, "__metadata__ must be an object, but is an array of 0"),
      (#"{"__metadata__":{"dyviz":{}}}"#, 0, #"__metadata__ holds strings only, but "dyviz" is an object"#),
      (#"{"__metadata__":{"dyviz":1}}"#, 0, #"__metadata__ holds strings only, but "dyviz" is 1"#),
      (#"{"__metadata__":{"a":null}}"#, 0, #"__metadata__ holds strings only, but "a" is null"#),
      (#"{"a":{},"\u0061":{}}"#, 0, #"the header is not valid JSON at byte 16: the key "a" comes twice"#),
      (
        #"{"__metadata__":{},"__metadata\u005f_":{}}"#, 0,
        #"the header is not valid JSON at byte 27: the key "__metadata__" comes twice"#
      ),
      (
        #"{"a":"# + String(repeating: "[", count: 100), 0,
        "the header is not valid JSON at byte 45: nested deeper than 32"
      ),
    ]
  }()

  @Test("headers that break a rule are refused, with what was expected and what came", arguments: 0..<35)
  func hostile(index: Int) throws {
    #expect(Self.hostileHeaders.count == 35)
    let (header, data, expected) = Self.hostileHeaders[index]
    #expect(try problem(header: header, data: data) == expected)
  }

  @Test("names beyond the limit and too many tensors are refused")
  func limits() throws {
    let name = String(repeating: "n", count: SafetensorsArchive.maximumNameLength + 1)
    #expect(try problem(header: "{\"\(name)\":{}}").contains("is longer than 1024 bytes"))
    let entries = (0...SafetensorsArchive.maximumTensors).map { "\"\($0)\":0" }
    #expect(
      try problem(header: "{\(entries.joined(separator: ","))}") == "holds 100001 tensors, but at most 100000 are read")
  }

  @Test("a file larger than the limit is refused unread")
  func hugeFile() throws {
    let path = try folder.write([])
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.truncate(atOffset: UInt64(SafetensorsArchive.maximumFileSize) + 1)
    try handle.close()
    let expected = "has 2147483649 bytes, but at most 2147483648 are read into memory"
    #expect(throws: ModelFileError(file: path, problem: expected)) { try SafetensorsArchive(path: path) }
  }

  @Test("what is no archive is called by its name")
  func foreign() throws {
    let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13]
    #expect(try problem(png) == "expected a safetensors archive, but this is a PNG image")
    #expect(
      try problem(Array("PK\u{3}\u{4}".utf8) + Array(repeating: 0, count: 30)).contains(
        "a ZIP archive (a PyTorch checkpoint?"))
    #expect(try problem([]) == "is empty, but a model file is expected")
    #expect(try problem([1, 2, 3]) == "expected a safetensors archive, but the file has only 3 bytes")
    #expect(
      try problem(Array("Hello, this is a text.".utf8))
        == "expected a safetensors archive, but byte 8 is not the { that opens its header")
  }

  @Test("a folder, a missing file and a device are refused, and no descriptor stays open")
  func noFiles() throws {
    for _ in 0..<2000 {
      #expect(throws: ModelFileError(file: folder.path, problem: "is a folder, but a model file is expected")) {
        try SafetensorsArchive(path: folder.path)
      }
    }
    #expect(throws: ModelFileError(file: "/dev/null", problem: "is not a regular file")) {
      try SafetensorsArchive(path: "/dev/null")
    }
    let missing = folder.path + "/none"
    #expect(throws: ModelFileError(file: missing, problem: "cannot be opened: No such file or directory")) {
      try SafetensorsArchive(path: missing)
    }
    #expect(throws: ModelFileError(file: "a\0b", problem: "a path cannot hold a zero byte")) {
      try SafetensorsArchive(path: "a\0b")
    }
  }
}
