import FoundationEssentials
import ModelFiles
import Networks
import Statistics

/// Findings as a safetensors archive: their arrays are tensors, the rest is JSON in its metadata. Shards and
/// checkpoints are such files.
public enum FindingFile {
  /// The version of the format.
  private static let format = "1"
  private static let metadataKey = "dyviz-findings"

  /// The archive's bytes, in pieces; equal findings give equal bytes.
  public static func write(_ findings: Findings, emit: ([UInt8]) throws -> Void) throws {
    let arrays = CountArrays()
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    encoder.userInfo[.countArrays] = arrays
    let text = String(decoding: try encoder.encode(findings), as: UTF8.self)
    var file = TensorFile(metadata: [metadataKey: text, "format": format])
    for (index, array) in arrays.arrays.enumerated() { file.add("\(index)", counts: array) }
    try file.write(emit)
  }

  /// The findings in a file about a network with these sites.
  ///
  /// - Throws: ``FindingFileError`` naming the file for one that cannot be read, is no archive of findings, or is about
  ///   another network.
  public static func read(path: String, sites: [ActivationSite]) throws(FindingFileError) -> Findings {
    let archive: SafetensorsArchive
    do throws(ModelFileError) {
      archive = try SafetensorsArchive(path: path)
    } catch {
      throw FindingFileError(description: "\(error)")
    }
    guard let text = archive.metadata[metadataKey] else {
      throw FindingFileError(
        description: "\(path): expected findings of a run, but its metadata has no \"\(metadataKey)\"")
    }
    guard archive.metadata["format"] == format else {
      let other = archive.metadata["format"] ?? "none"
      throw FindingFileError(description: "\(path): expected format \(format) of findings, but it is \(other)")
    }
    var arrays: [[UInt64]] = []
    while let array = archive.counts("\(arrays.count)") { arrays.append(array) }
    let decoder = JSONDecoder()
    decoder.userInfo[.countArrays] = CountArrays(arrays)
    decoder.userInfo[.sites] = sites
    do {
      return try decoder.decode(Findings.self, from: Data(text.utf8))
    } catch DecodingError.dataCorrupted(let context) {
      throw FindingFileError(description: "\(path): \(context.debugDescription)")
    } catch {
      throw FindingFileError(description: "\(path): the findings cannot be read: \(error)")
    }
  }
}

/// Why a file of findings cannot be used.
public struct FindingFileError: Error, Equatable, CustomStringConvertible {
  /// The file, what was expected and what came.
  public let description: String
}
