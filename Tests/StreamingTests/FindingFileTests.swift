import Foundation
import Kernels
import ModelFiles
import Networks
import Statistics
import Streaming
import Testing

/// Findings in files: what is read back is what was written, merges as it would have, and nothing else is taken.
@Suite struct FindingFileTests {
  private let variant: Variant
  private let folder = FileManager.default.temporaryDirectory.appending(path: "dyviz-findings-\(UUID().uuidString)")

  init() throws {
    variant = try #require(try SampleImages.model().variants.first { $0.name == "dyrelu-b" })
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private var questions: Set<Question> {
    Set([.functions, .classification, .skipped] + variant.shapes.sites.map { .density(site: $0.id) })
  }

  /// What a pass over some of the images found.
  private func findings(_ images: SampleImages, _ range: Range<Int>) throws -> Findings {
    let pass = try Pass(
      variant, items: Array(try images.items(variant)[range]), settings: RunSettings(threads: 2, kernels: .best))
    pass.resume()
    pass.wait()
    return pass.findings(questions)
  }

  private func file(_ findings: Findings, _ name: String = "findings.bin") throws -> URL {
    var bytes: [UInt8] = []
    try FindingFile.write(findings) { bytes += $0 }
    let url = folder.appending(path: name)
    try Data(bytes).write(to: url)
    return url
  }

  private func read(_ url: URL, sites: [ActivationSite]? = nil) throws -> Findings {
    try FindingFile.read(path: url.path, sites: sites ?? variant.shapes.sites)
  }

  @Test("What is read is what was written, and two files merge to the finding of all images")
  func roundTrip() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let images = try SampleImages(13, broken: [2, 9])
    let parts = [try findings(images, 0..<6), try findings(images, 6..<13)]
    let whole = try findings(images, 0..<13)
    var merged = try read(file(parts[0]))
    #expect(merged == parts[0])
    let others = try read(file(parts[1]))
    for question in questions {
      let (own, other) = (try #require(merged[question]), try #require(others[question]))
      merged.set(try own.merged(with: other))
    }
    #expect(merged == whole)
    #expect(try Data(contentsOf: file(merged, "a.bin")) == Data(contentsOf: file(whole, "b.bin")))
  }

  @Test("Findings that do not belong together are refused, and nothing is changed")
  func mismatches() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let images = try SampleImages(2)
    let found = try findings(images, 0..<2)
    let other = try #require(try SampleImages.model().variants.first { $0.name == "relu" })
    let pass = try Pass(other, items: try images.items(other), settings: RunSettings(threads: 1, kernels: .best))
    pass.resume()
    pass.wait()
    let foreign = try #require(pass.findings([.functions])[.functions])
    for question in questions {
      let finding = try #require(found[question])
      for wrong in [foreign] + questions.subtracting([question]).compactMap({ found[$0] }) {
        #expect(throws: FindingMismatch.self) { try finding.merged(with: wrong) }
      }
    }
    var functions: FunctionsFinding = try #require(found.answer(.functions))
    let others: FunctionsFinding = try #require(pass.findings([.functions]).answer(.functions))
    #expect(throws: FindingMismatch.self) { try functions.merge(others) }
    #expect(functions == found.answer(.functions))
    #expect(throws: FindingFileError.self) { try read(file(found), sites: other.shapes.sites) }
  }

  @Test("Cut off, of another kind or with other numbers, a file is refused with its name")
  func hostileFiles() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let found = try findings(try SampleImages(2), 0..<2)
    let good = [UInt8](try Data(contentsOf: file(found)))
    var files = [Array(good.prefix(good.count / 2)), Array(good.prefix(40)), []]
    var model = TensorFile()
    model.add("a", shape: [1], values: [1])
    var bytes: [UInt8] = []
    try model.write { bytes += $0 }
    files.append(bytes)
    bytes = []
    try TensorFile(metadata: ["dyviz-findings": "[]", "format": "\u{1B}[2J"]).write { bytes += $0 }
    files.append(bytes)
    // Numbers inside the JSON text, changed one at a time without changing its length.
    let text = String(decoding: good.prefix(200_000), as: UTF8.self)
    for (old, new) in [("\\\"functions\\\":2", "\\\"functions\\\":9"), ("xExponent", "zExponent")] {
      let range = try #require(text.range(of: old))
      let start = text.utf8.distance(from: text.startIndex, to: range.lowerBound)
      var changed = good
      changed.replaceSubrange(start..<start + new.utf8.count, with: Array(new.utf8))
      files.append(changed)
    }
    #expect(files.count == 7)
    for (index, bytes) in files.enumerated() {
      let url = folder.appending(path: "bad-\(index).bin")
      try Data(bytes).write(to: url)
      #expect("file \(index)") {
        _ = try read(url)
      } throws: { error in
        "\(error)".hasPrefix(url.path) && !"\(error)".contains("\u{1B}")
      }
    }
  }

  @Test("Numbers that could not be added to, and counts that do not go together, are refused, not met later")
  func hostileNumbers() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let good = [UInt8](try Data(contentsOf: file(try findings(try SampleImages(2), 0..<2))))
    let length = Int(good[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    let header = String(decoding: good[8..<8 + length], as: UTF8.self)
    for (old, new) in [
      (#"\"images\":2"#, #"\"images\":9223372036854775807"#), (#"\"images\":2"#, #"\"images\":-2"#),
      (#"\"isSigned\":false"#, #"\"isSigned\":true"#), (#"\"counted\":"#, #"\"counted\":9999999999999999999"#),
      (#"\"unusable\":0"#, #"\"unusable\":9223372036854775807"#),
      (#"\"smallest\":"#, #"\"smallest\":8999999999999999"#),
      (#"\"top1Count\":"#, #"\"top1Count\":-9223372036854775"#),
    ] {
      let changed = header.replacing(old, with: new)
      try #require(changed != header, "\(old)")
      let size = (0..<8).map { UInt8(truncatingIfNeeded: changed.utf8.count >> (8 * $0)) }
      let url = folder.appending(path: "numbers.bin")
      try Data(size + Array(changed.utf8) + good[(8 + length)...]).write(to: url)
      #expect("\(new)") {
        _ = try read(url)
      } throws: { error in
        "\(error)".hasPrefix(url.path)
      }
    }
  }

  @Test("A finding of one image is held to the network's sites")
  func hostileImages() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let question = Question.image(ordinal: 1, site: 3)
    let images = try SampleImages(2)
    let pass = try Pass(
      variant, questions: [question], items: try images.items(variant),
      settings: RunSettings(threads: 1, kernels: .best))
    withExtendedLifetime(images) {
      pass.resume()
      pass.wait()
    }
    let found = pass.findings([question])
    try #require(found.questions == [question])
    #expect(try read(file(found)) == found)
    let good = [UInt8](try Data(contentsOf: file(found)))
    for (old, new) in [
      (#"\"segments\":2"#, #"\"segments\":3"#), (#"\"site\":3"#, #"\"site\":7"#),
      (#"\"inputHeight\":64"#, #"\"inputHeight\":63"#),
    ] {
      let text = Array(old.utf8)
      let place = try #require(good.indices.first { good[$0...].starts(with: text) }, "\(old)")
      var changed = good
      changed.replaceSubrange(place..<place + text.count, with: Array(new.utf8))
      let url = folder.appending(path: "image.bin")
      try Data(changed).write(to: url)
      #expect(throws: FindingFileError.self, "\(new)") { try read(url) }
    }
  }
}
