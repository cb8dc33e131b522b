import Files
import ModelFiles
import Testing

/// A second kind of file, to see how readers share the work.
private enum OtherReader: ModelReader {
  static let format = "an other file"

  static func mismatch(start: [UInt8]) -> String? {
    start.starts(with: Array("OTHER".utf8)) ? nil : "it does not begin with OTHER"
  }

  static func read(
    _ file: borrowing RegularFile, path: String, options: ReadingOptions
  ) throws(Problem) -> ModelFile {
    ModelFile(variants: [], warnings: [])
  }
}

struct ModelReaderTests {
  private let readers: [any ModelReader.Type] = [SafetensorsReader.self, OtherReader.self]
  private let archive: [UInt8] = [2, 0, 0, 0, 0, 0, 0, 0] + Array("{}".utf8)

  @Test("the reader is chosen by the file's first bytes")
  func choice() throws {
    #expect(try ModelReaders.reader(start: archive) == SafetensorsReader.self)
    #expect(try ModelReaders.reader(start: archive, among: readers) == SafetensorsReader.self)
    #expect(try ModelReaders.reader(start: Array("OTHER file".utf8), among: readers) == OtherReader.self)
  }

  @Test("what no reader knows is refused with what each expected, or with what it is")
  func unknown() {
    func problem(_ start: [UInt8], _ readers: [any ModelReader.Type]) -> String? {
      do throws(Problem) {
        _ = try ModelReaders.reader(start: start, among: readers)
        return nil
      } catch { return error.text }
    }
    let noise = [UInt8](repeating: 1, count: 16)
    #expect(
      problem(noise, ModelReaders.all)
        == "expected a safetensors archive or an ONNX file, but byte 8 is not the { that opens its header, and it does not "
        + "begin with a field of an ONNX model")
    #expect(
      problem(noise, readers)
        == "expected a safetensors archive or an other file, but byte 8 is not the { that opens its header, and "
        + "it does not begin with OTHER")
    #expect(
      problem([0xFF, 0xD8, 0xFF, 0xE0], readers)
        == "expected a safetensors archive or an other file, but this is a JPEG image")
    #expect(
      problem([1, 2], ModelReaders.all)
        == "expected a safetensors archive or an ONNX file, but the file has only 2 bytes, and it does not begin with a field "
        + "of an ONNX model")
  }
}
