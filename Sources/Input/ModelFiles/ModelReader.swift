import Files
import Networks

/// Reads one kind of model file. A new kind is a reader of its own and an entry in ``ModelReaders``.
package protocol ModelReader: SendableMetatype {
  /// What the kind is called: "a safetensors archive".
  static var format: String { get }
  /// Why a file with these first bytes (``ModelReaders/startLength`` of them, or all) is not of this kind; nil if it
  /// seems to be.
  static func mismatch(start: [UInt8]) -> String?
  /// Reads and checks the file as a whole; `path` is for messages and for files beside it, `options` for what the file
  /// does not say.
  static func read(
    _ file: borrowing RegularFile, path: String, options: ReadingOptions
  ) throws(Problem) -> ModelFile
}

/// What one model file holds: networks with different names, and what is odd about it.
package struct ModelFile {
  let variants: [Variant]
  let warnings: [String]
  /// Whether the reader looked at the user's options.
  let takesOptions: Bool

  /// What a reader found.
  package init(variants: [Variant], warnings: [String], takesOptions: Bool = false) {
    self.variants = variants
    self.warnings = warnings
    self.takesOptions = takesOptions
  }
}

/// Every kind of model file that is read.
package enum ModelReaders {
  /// Asked in this order.
  package static let all: [any ModelReader.Type] = [SafetensorsReader.self, ONNXReader.self]
  /// Bytes by which a reader recognises its files.
  static let startLength = 16

  /// Reads the file at `path` with the first reader that recognises its content, whatever it is called.
  static func read(path: String, options: ReadingOptions) throws(ModelFileError) -> ModelFile {
    do throws(Problem) {
      let file = try RegularFile.model(at: path)
      return try reader(start: file.start).read(file, path: path, options: options)
    } catch {
      throw ModelFileError(file: path, problem: error.text)
    }
  }

  /// The reader for a file with these first bytes.
  package static func reader(
    start: [UInt8], among readers: [any ModelReader.Type] = all, expected: String? = nil
  ) throws(Problem) -> any ModelReader.Type {
    if let reader = readers.first(where: { $0.mismatch(start: start) == nil }) { return reader }
    let formats = expected ?? readers.map { $0.format }.joined(separator: " or ")
    let reasons = readers.compactMap { $0.mismatch(start: start) }
    let reason = ForeignFormat(start: start).map { "this is \($0.description)" } ?? reasons.joined(separator: ", and ")
    throw Problem("expected \(formats), but \(reason)")
  }
}

extension RegularFile {
  /// Opens a file that will be read into memory; `expected` is what it should be, in an error's words.
  static func model(at path: String, expected: String = "a model file") throws(Problem) -> RegularFile {
    let file: RegularFile
    do throws(Failure) { file = try RegularFile(path: PathBytes(path.utf8)) } catch {
      throw Problem(error, expected: expected)
    }
    guard file.size > 0 else { throw Problem("is empty, but \(expected) is expected") }
    guard file.size <= SafetensorsArchive.maximumFileSize else {
      throw Problem("has \(file.size) bytes, but at most \(SafetensorsArchive.maximumFileSize) are read into memory")
    }
    return file
  }

  /// The bytes by which a reader recognises its files.
  var start: [UInt8] {
    get throws(Problem) { try bytes(0..<min(ModelReaders.startLength, size)) }
  }

  /// The bytes `range`, all of them.
  func bytes(_ range: Range<Int>) throws(Problem) -> [UInt8] {
    do throws(Failure) { return try read(range) } catch { throw Problem(error.words) }
  }
}

extension Problem {
  /// Why a file cannot be opened.
  fileprivate init(_ failure: RegularFile.Failure, expected: String) {
    self.init(failure == .folder ? "is a folder, but \(expected) is expected" : failure.words)
  }
}
