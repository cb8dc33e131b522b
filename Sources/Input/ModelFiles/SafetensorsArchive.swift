import Files

/// A safetensors archive in memory, checked whole before anything of it is handed out.
///
/// Layout: 8 bytes N (little-endian), N bytes of JSON, then the tensors without holes.
public struct SafetensorsArchive: Sendable {
  /// Where one tensor stands.
  public struct Entry: Sendable, Equatable {
    /// The elements' type.
    public let type: ElementType
    /// Extents, outermost first; empty for a scalar.
    public let shape: [Int]
    /// The bytes in the data part.
    public let bytes: Range<Int>
  }

  /// The file's path as it was given.
  public let path: String
  /// The texts under `__metadata__`.
  public let metadata: [String: String]
  /// The tensors by name.
  public let entries: [String: Entry]
  /// Everything after the header.
  let data: [UInt8]

  /// Largest file that is read, in bytes: 2 GiB. It is held in memory.
  public static let maximumFileSize = 1 << 31
  /// Largest header that is read, in bytes; the limit of model hubs (the format allows 100,000,000).
  public static let maximumHeaderSize = 25_000_000
  /// Most tensors in a file.
  public static let maximumTensors = 100_000
  /// Most dimensions of a tensor.
  public static let maximumRank = 8
  /// Longest name of a tensor, in UTF-8 bytes.
  public static let maximumNameLength = 1024

  /// Reads the archive at `path`, recognised by its content. The header is checked against the file's size before the
  /// data are read.
  ///
  /// - Parameters:
  ///   - path: The file's.
  ///   - expected: What the file should be, for an error's words; a model file unless told.
  /// - Throws: ``ModelFileError`` for a file that cannot be read or breaks a rule of the format.
  public init(path: String, expected: String? = nil) throws(ModelFileError) {
    do throws(Problem) {
      try self.init(RegularFile.model(at: path, expected: expected ?? "a model file"), path: path, expected: expected)
    } catch {
      throw ModelFileError(file: path, problem: error.text)
    }
  }

  /// The archive that readers of a file would see.
  public init(_ file: TensorFile) throws(ModelFileError) {
    let bytes = file.bytes
    let length = bytes[0..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    data = Array(bytes[(8 + length)...])
    do throws(Problem) {
      let header = try SafetensorsHeader(text: Array(bytes[8..<8 + length]), dataSize: data.count)
      metadata = header.metadata
      entries = header.entries
    } catch {
      throw ModelFileError(file: "", problem: error.text)
    }
    path = ""
  }

  /// Reads the archive in an open file.
  init(_ file: borrowing RegularFile, path: String, expected: String? = nil) throws(Problem) {
    let length = try SafetensorsHeader.length(start: file.start, fileSize: file.size, expected: expected)
    let dataStart = 8 + length
    let header = try SafetensorsHeader(text: file.bytes(8..<dataStart), dataSize: file.size - dataStart)
    data = try file.bytes(dataStart..<file.size)
    metadata = header.metadata
    entries = header.entries
    self.path = path
  }
}
