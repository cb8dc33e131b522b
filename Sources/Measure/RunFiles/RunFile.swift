import Figures
import Files
import FoundationEssentials
import ModelFiles
import Networks
import PlainText
import Statistics

/// Saved runs as safetensors archives: their arrays are tensors, the rest is JSON in the metadata
/// (`docs/saved-runs.md`). Equal runs give equal bytes.
public enum RunFile {
  /// The metadata's entry that says what the run is of.
  static let descriptionKey = "dyviz-run"
  /// The tensor with the images' paths, each with a zero byte behind it.
  static let imagesName = "images"

  /// The tensor with the images' classes for a variant: 1 more than the class, 0 for none.
  static func labelsName(_ variant: Int) -> String { "labels/\(variant)" }

  /// Whether a file's header says that it is a saved run; it may still be broken.
  public static func isRun(_ path: String) -> Bool {
    do throws(RegularFile.Failure) {
      let file = try RegularFile(path: PathBytes(path.utf8))
      guard file.size > 8 else { return false }
      let length = try file.read(0..<8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      guard length <= UInt64(SafetensorsArchive.maximumHeaderSize) else { return false }
      let header = try file.read(8..<min(8 + Int(length), file.size))
      return header.firstRange(of: Array("\"\(descriptionKey)\":".utf8)) != nil
    } catch {
      return false
    }
  }

  /// A run on its way to a file.
  ///
  /// - Throws: ``RunFileError`` for one that is too large for readers.
  public static func archive(_ saved: SavedRun) throws -> TensorFile {
    let description = RunDescription(saved)
    var metadata = [descriptionKey: try text(description)]
    var arrays: [(name: String, values: FindingArrays.Values)] = []
    for (run, about) in zip(saved.runs, description.runs) {
      for answer in about.findings {
        guard let finding = run.finding(answer.question) else {
          throw RunFileError(description: "the run cannot be saved: \(answer.question) has no answer")
        }
        let own = FindingArrays(prefix: answer.key + "/")
        let kept: any Finding = (finding as? ImageFinding)?.withSmallInput ?? finding
        metadata[answer.key] = try text(kept, own)
        arrays += own.arrays
      }
    }
    var file = TensorFile(metadata: metadata)
    if let names = saved.runs.lazy.compactMap(\.figure.names).first {
      file.add(imagesName, bytes: ImagePaths.bytes(names.images))
    }
    for run in saved.unchanged {
      guard let names = run.figure.names, names.labels.contains(where: { $0 != nil }) else { continue }
      file.add(labelsName(run.figure.subject.variant), counts: names.labels.map { UInt64(($0 ?? -1) + 1) })
    }
    for (name, values) in arrays {
      switch values {
      case .counts(let counts): file.add(name, counts: counts)
      case .floats(let floats): file.add(name, shape: [floats.count], values: floats)
      }
    }
    if let problem = file.problem { throw RunFileError(description: "the run cannot be saved: \(problem)") }
    return file
  }

  private static func text(_ value: some Encodable, _ arrays: FindingArrays? = nil) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    encoder.userInfo[.findingArrays] = arrays
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  /// Reads a saved run; it is checked whole before anything of it is handed out.
  ///
  /// - Throws: ``RunFileError`` naming the file, what was expected and what came.
  public static func read(path: String) throws(RunFileError) -> SavedRun {
    try read(path: path) { archive throws(RunFileProblem) in try archive.run() }
  }

  /// What is made of a saved run's archive.
  static func read(
    path: String, _ make: (RunArchive) throws(RunFileProblem) -> SavedRun
  ) throws(RunFileError) -> SavedRun {
    let archive: SafetensorsArchive
    do throws(ModelFileError) {
      archive = try SafetensorsArchive(path: path, expected: "a saved run")
    } catch {
      throw RunFileError(description: "\(error)")
    }
    do throws(RunFileProblem) {
      return try make(RunArchive(archive))
    } catch {
      throw RunFileError(description: "\(path): \(error.text)")
    }
  }
}

/// Why a saved run cannot be written or used.
public struct RunFileError: Error, Equatable, CustomStringConvertible {
  /// The file, what was expected and what came; safe to print on a terminal.
  public let description: String

  init(description: String) { self.description = description.escaped }
}

/// The paths of a source's images as one run of bytes.
public enum ImagePaths {
  /// Each path in UTF-8, with a zero byte behind it.
  public static func bytes(_ paths: [String]) -> [UInt8] {
    var bytes: [UInt8] = []
    for path in paths {
      bytes += path.utf8
      bytes.append(0)
    }
    return bytes
  }

  /// The SHA-256 of these bytes, which tells whether two runs are over the same list.
  public static func fingerprint(_ paths: [String]) -> String {
    var digest = SHA256()
    digest.add(bytes(paths))
    return digest.text
  }

  /// The paths again; nil where the last one does not end.
  static func paths(_ bytes: ArraySlice<UInt8>) -> [String]? {
    guard bytes.last ?? 0 == 0 else { return nil }
    return bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast()
      .map { String(decoding: $0, as: UTF8.self) }
  }
}
