import PlainText

/// Why one image could not be used; the run goes on without it unless it is strict.
public struct ImageFailure: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file or folder, as it can be opened (names that are not UTF-8 appear repaired).
  public let path: String
  /// What was wrong with it.
  public let reason: Reason

  package init(path: String, reason: Reason) {
    self.path = path
    self.reason = reason
  }

  /// `path: reason`, safe to print on a terminal.
  public var description: String { "\(path.escaped): \(reason)" }

  /// The kinds of failure, each with the facts that its sentence needs.
  public enum Reason: Error, Sendable, Equatable, CustomStringConvertible {
    /// The system refused to open or read it; the system's own words.
    case unreadable(String)
    /// No such file, socket, device, pipe: not a file that can be read twice.
    case notRegularFile
    /// A member of an archive that is not read, whatever it holds, or whose data cannot be; why.
    case unusableMember(String)
    /// An archive from which nothing can be read behind some place; why.
    case damagedArchive(String)
    /// No bytes.
    case empty
    /// More bytes than ``ImageLimits/fileBytes``.
    case fileTooLarge(bytes: Int, limit: Int)
    /// The first bytes are none of JPEG, PNG or WebP.
    case unknownFormat
    /// The header promises more than ``ImageLimits/pixels``.
    case tooManyPixels(width: Int, height: Int, limit: Int)
    /// The header promises a row or a column of more than ``ImageLimits/side``.
    case sideTooLong(width: Int, height: Int, limit: Int)
    /// More passes over the pixels than ``ImageLimits/scannedPixels`` allow.
    case tooManyScans(scans: Int, width: Int, height: Int, limit: Int)
    /// The file ends before its pixels do.
    case truncated(ImageFormat)
    /// The content contradicts its format; the decoder's words.
    case broken(ImageFormat, String)
    /// A valid file of a kind that is not decoded.
    case unsupported(ImageFormat, String)
    /// Preprocessing leaves another size than the network takes.
    case wrongSize(height: Int, width: Int, expectedHeight: Int, expectedWidth: Int)

    /// A clause without the path.
    public var description: String {
      switch self {
      case .unreadable(let words): "cannot be read: \(words)"
      case .notRegularFile: "not a regular file"
      case .unusableMember(let words): "not read from the archive: \(words)"
      case .damagedArchive(let words): "the archive is damaged, and what follows cannot be read: \(words)"
      case .empty: "the file is empty"
      case .fileTooLarge(let bytes, let limit): "\(bytes) bytes, more than the limit of \(limit)"
      case .unknownFormat: "not a JPEG, PNG or WebP image"
      case .tooManyPixels(let width, let height, let limit):
        "\(width)x\(height) pixels, more than the limit of \(limit)"
      case .sideTooLong(let width, let height, let limit):
        "\(width)x\(height) pixels, a side longer than the limit of \(limit)"
      case .tooManyScans(let scans, let width, let height, let limit):
        "\(scans) scans of \(width)x\(height) pixels, together more than the limit of \(limit)"
      case .truncated(let format): "truncated \(format.rawValue) file"
      case .broken(let format, let words): "broken \(format.rawValue) file: \(words)"
      case .unsupported(let format, let words): "unsupported \(format.rawValue) file: \(words)"
      case .wrongSize(let height, let width, let expectedHeight, let expectedWidth):
        "\(width)x\(height) after preprocessing, but the network takes \(expectedWidth)x\(expectedHeight)"
      }
    }
  }
}

/// What is refused before memory is taken for it.
public struct ImageLimits: Sendable, Equatable {
  /// Most pixels (width times height), judged from the header.
  public var pixels: Int
  /// Most pixels along a side: the weights of a resize grow with it, by 64 bytes for each pixel at the most (and the
  /// filters of all outputs together; see ``ResampleWeights``).
  public var side: Int
  /// Most pixels times scans of a JPEG file, judged from its markers: each scan is decoded over the whole image.
  public var scannedPixels: Int
  /// Most bytes in a file.
  public var fileBytes: Int

  /// Creates limits: 100 megapixels, a million to a side (as libpng's own), two gigapixels in all scans and 256 MiB
  /// unless told otherwise. What a worker takes for one image then stays below 2 GiB: the
  /// file, 4 bytes a pixel, and for a progressive JPEG of four components 8 more.
  public init(
    pixels: Int = 100_000_000, side: Int = 1_000_000, scannedPixels: Int = 2_000_000_000, fileBytes: Int = 256 << 20
  ) {
    self.pixels = pixels
    self.side = side
    self.scannedPixels = scannedPixels
    self.fileBytes = fileBytes
  }
}
