import Files
import Networks
import PlainText

/// Reads a safetensors archive whose `__metadata__` describes networks under the key `dyviz` (docs/model-format.md).
package enum SafetensorsReader: ModelReader {
  package static let format = "a safetensors archive"

  /// The version of the description that is read.
  static let version = 1
  /// The key of `__metadata__` that holds the description.
  static let metadataKey = "dyviz"
  private static let maximumVariants = 64

  package static func mismatch(start: [UInt8]) -> String? { SafetensorsHeader.mismatch(start: start) }

  package static func read(
    _ file: borrowing RegularFile, path: String, options: ReadingOptions
  ) throws(Problem) -> ModelFile {
    let archive = try SafetensorsArchive(file, path: path)
    let variants = try variants(archive)
    return ModelFile(variants: variants, warnings: warnings(archive, variants))
  }

  private static func variants(_ archive: SafetensorsArchive) throws(Problem) -> [Variant] {
    guard let text = archive.metadata[metadataKey] else {
      let hint = archive.metadata["dyviz-run"] == nil ? "" : "; this is a saved run, which dyviz opens by itself"
      throw Problem("holds tensors but no network: __metadata__ has no key \(metadataKey.quoted)\(hint)")
    }
    let description: JSONValue
    do throws(JSONError) {
      description = try JSONReader.read(Array(text.utf8))
    } catch {
      throw Problem(
        "the description under \(metadataKey.quoted) is not valid JSON at byte \(error.offset): \(error.problem)")
    }
    var fields = try Fields(description, place: "the description")
    let format = try fields.integer("format", in: 0...Int.max)
    guard format == version else {
      throw Problem("is of format \(format), but this program reads format \(version)")
    }
    guard case .array(let values)? = fields.take("variants"), 1...maximumVariants ~= values.count else {
      throw fields.problem("variants must be an array of 1 to \(maximumVariants) networks")
    }
    try fields.finish()
    var variants: [Variant] = []
    for (index, value) in values.enumerated() {
      let variant = try VariantDecoder.decode(value, index: index, archive: archive)
      guard !variants.contains(where: { $0.name == variant.name }) else {
        throw Problem("two variants are called \(variant.name.quoted)")
      }
      variants.append(variant)
    }
    return variants
  }

  /// Weights in use that can only give nonsense, a sentence for each tensor.
  private static func warnings(_ archive: SafetensorsArchive, _ variants: [Variant]) -> [String] {
    var seen: Set<String> = []
    var warnings: [String] = []
    for need in variants.flatMap(\.tensorNeeds) where seen.insert(need.name).inserted {
      guard let entry = archive.entries[need.name] else { continue }
      func warn(of count: Int, _ what: String) {
        guard count > 0 else { return }
        let total = entry.shape.reduce(1, *)
        warnings.append("\(archive.path.printable): tensor \(need.name.quoted): \(count) of \(total) \(what)")
      }
      warn(of: archive.notFiniteCount(entry), "values are NaN or infinite")
      guard need.role == "variance", let variances = archive.tensor(need.name)?.values.array else { continue }
      warn(of: variances.count { $0 < 0 }, "variances are below 0")
    }
    return warnings
  }
}
