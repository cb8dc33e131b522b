import PlainText

/// The header of a safetensors archive, every rule of the format checked.
struct SafetensorsHeader {
  let metadata: [String: String]
  let entries: [String: SafetensorsArchive.Entry]

  /// Why a file with these first bytes is no archive; nil if it seems to be one.
  static func mismatch(start: [UInt8]) -> String? {
    guard start.count >= 10 else { return "the file has only \(start.count) bytes" }
    return start[8] == UInt8(ascii: "{") ? nil : "byte 8 is not the { that opens its header"
  }

  /// The header's length N from the file's first bytes (16 of them, or all).
  static func length(start: [UInt8], fileSize: Int, expected: String? = nil) throws(Problem) -> Int {
    _ = try ModelReaders.reader(start: start, among: [SafetensorsReader.self], expected: expected)
    let length = start[0..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(SafetensorsArchive.maximumHeaderSize) else {
      throw Problem(
        "its header would be \(length) bytes long, but at most \(SafetensorsArchive.maximumHeaderSize) are read")
    }
    guard Int(length) <= fileSize - 8 else {
      throw Problem("its header would be \(length) bytes long, but only \(fileSize - 8) bytes follow: is it cut off?")
    }
    return Int(length)
  }

  /// Reads the header's JSON `text`; `dataSize` bytes follow it.
  init(text: [UInt8], dataSize: Int) throws(Problem) {
    let value: JSONValue
    do throws(JSONError) {
      value = try JSONReader.read(text)
    } catch {
      throw Problem("the header is not valid JSON at byte \(8 + error.offset): \(error.problem)")
    }
    guard case .object(var members) = value else { throw Problem("the header must be a JSON object") }
    metadata = try Self.metadata(members.removeValue(forKey: "__metadata__"))
    guard members.count <= SafetensorsArchive.maximumTensors else {
      throw Problem("holds \(members.count) tensors, but at most \(SafetensorsArchive.maximumTensors) are read")
    }
    var entries: [String: SafetensorsArchive.Entry] = [:]
    for (name, value) in members.sorted(by: { $0.key < $1.key }) {
      guard name.utf8.count <= SafetensorsArchive.maximumNameLength else {
        throw Problem("the tensor name \(name.quoted) is longer than \(SafetensorsArchive.maximumNameLength) bytes")
      }
      do throws(Problem) {
        entries[name] = try Self.entry(value)
      } catch {
        throw Problem("tensor \(name.quoted): \(error.text)")
      }
    }
    try Self.checkLayout(entries, dataSize: dataSize)
    self.entries = entries
  }

  private static func metadata(_ value: JSONValue?) throws(Problem) -> [String: String] {
    guard let value else { return [:] }
    guard case .object(let members) = value else {
      throw Problem("__metadata__ must be an object, but is \(value.summary)")
    }
    var texts: [String: String] = [:]
    for (key, value) in members.sorted(by: { $0.key < $1.key }) {
      guard case .string(let text) = value else {
        throw Problem("__metadata__ holds strings only, but \(key.quoted) is \(value.summary)")
      }
      texts[key] = text
    }
    return texts
  }

  private static func entry(_ value: JSONValue) throws(Problem) -> SafetensorsArchive.Entry {
    guard case .object(let members) = value else { throw Problem("expected an object, but it is \(value.summary)") }
    let known = ["data_offsets", "dtype", "shape"]
    if let key = members.keys.filter({ !known.contains($0) }).min() { throw Problem("unknown key \(key.quoted)") }
    guard case .string(let typeName)? = members["dtype"] else { throw Problem("dtype must be a string") }
    guard let type = ElementType(rawValue: typeName) else { throw Problem("unknown dtype \(typeName.quoted)") }
    let shape = try extents(members["shape"], name: "shape")
    guard shape.count <= SafetensorsArchive.maximumRank else {
      throw Problem("has \(shape.count) dimensions, but at most \(SafetensorsArchive.maximumRank) are read")
    }
    let offsets = try extents(members["data_offsets"], name: "data_offsets")
    guard offsets.count == 2 else { throw Problem("data_offsets must be two integers, but has \(offsets.count)") }
    guard offsets[0] <= offsets[1] else {
      throw Problem("data_offsets end before they begin: [\(offsets[0]), \(offsets[1])]")
    }
    let bytes = try byteCount(shape: shape, type: type)
    guard bytes == offsets[1] - offsets[0] else {
      throw Problem(
        "\(type.rawValue) of shape \(shape) takes \(bytes) bytes, but data_offsets give \(offsets[1] - offsets[0])")
    }
    return SafetensorsArchive.Entry(type: type, shape: shape, bytes: offsets[0]..<offsets[1])
  }

  /// An array of integers from 0 up, read exactly.
  private static func extents(_ value: JSONValue?, name: String) throws(Problem) -> [Int] {
    guard case .array(let elements)? = value else { throw Problem("\(name) must be an array of integers") }
    var integers: [Int] = []
    for element in elements {
      guard let integer = element.integer, integer >= 0 else {
        throw Problem("\(name) must hold integers from 0 to \(Int.max), but has \(element.summary)")
      }
      integers.append(integer)
    }
    return integers
  }

  private static func byteCount(shape: [Int], type: ElementType) throws(Problem) -> Int {
    var bits = type.bits
    for extent in shape {
      let (product, overflow) = bits.multipliedReportingOverflow(by: extent)
      guard !overflow else { throw Problem("shape \(shape) is too large") }
      bits = product
    }
    guard bits % 8 == 0 else { throw Problem("\(type.rawValue) of shape \(shape) does not fill whole bytes") }
    return bits / 8
  }

  /// The tensors must follow each other without hole or overlap, from the first byte of the data to the last.
  private static func checkLayout(
    _ entries: [String: SafetensorsArchive.Entry], dataSize: Int
  ) throws(Problem) {
    // A tensor without elements may stand anywhere between two others, so it goes before what begins at the same byte.
    let ordered = entries.sorted {
      ($0.value.bytes.lowerBound, $0.value.bytes.upperBound, $0.key)
        < ($1.value.bytes.lowerBound, $1.value.bytes.upperBound, $1.key)
    }
    var end = 0
    for (name, entry) in ordered {
      guard entry.bytes.lowerBound == end else {
        throw Problem(
          "tensor \(name.quoted) begins at byte \(entry.bytes.lowerBound) of the data, but the one before it ends at \(end)"
        )
      }
      end = entry.bytes.upperBound
    }
    guard end == dataSize else {
      throw Problem(
        "the header describes \(end) bytes of data, but \(dataSize) follow" + (dataSize < end ? ": is it cut off?" : "")
      )
    }
  }
}
