import Figures
import Foundation
import Images
import Kernels
import ModelFiles
import Networks
import Statistics
import Streaming

/// A folder of sample images, some of them broken, that is gone with the last reference.
final class SampleImages {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  let url: URL
  var path: String { url.path(percentEncoded: false) }

  /// Files `00.png`, `01.png` and so on, those with the numbers `broken` without their ends.
  init(_ count: Int, broken: Set<Int> = []) throws {
    url = FileManager.default.temporaryDirectory.appending(path: "dyviz-streaming-\(UUID().uuidString)")
    let bags = url.appending(path: "bag")
    try FileManager.default.createDirectory(at: bags, withIntermediateDirectories: true)
    let source = Self.root.appending(path: "sample-images/bag")
    let names = try FileManager.default.contentsOfDirectory(atPath: source.path).sorted()
    for index in 0..<count {
      let bytes = try Data(contentsOf: source.appending(path: names[index % names.count]))
      let file = bags.appending(path: (index < 10 ? "0" : "") + "\(index).png")
      try (broken.contains(index) ? bytes.prefix(60) : bytes).write(to: file)
    }
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// The sample's networks.
  static func model() throws -> Model {
    try Model.load([root.appending(path: "sample-weights/model.bin").path])
  }

  /// A network that is small enough to be read a thousand times.
  static func smallVariant() throws -> Variant {
    let path = root.appending(path: "Tests/Golden/networks/dyrelu-c.model.bin").path
    let variant = try Model.load([path]).variants[1]
    var preprocessing = variant.preprocessing
    preprocessing.resize = .exact(
      Extent2D(height: variant.shapes.input.height, width: variant.shapes.input.width))
    return try Variant(
      name: variant.name, graph: variant.graph, preprocessing: preprocessing,
      labels: ["0", "bag", "2", "3", "4"], weights: variant.weights)
  }

  /// The images as a source lists them.
  func items(_ variant: Variant) throws -> [ImageItem] { try ImageSource(paths: [path], labels: variant.labels).items }
}

extension Pass {
  /// Goes to the end (or to where it is paused).
  func finish() {
    resume()
    wait()
  }

  /// The same, and returns what was counted.
  @discardableResult
  func finished() -> SettledRun {
    finish()
    return settled()
  }

  func settled() -> SettledRun { settled(model: "model.bin", variants: [variant.name], subject: Subject(variant: 0)) }
}

extension SettledRun {
  /// Whether both counted the same of everything.
  func equals(_ other: SettledRun) -> Bool {
    counts(like: other) && figure.classification == other.figure.classification
      && figure.skipped == other.figure.skipped
  }

  /// Whether the statistics of every site equal `other`.
  func counts(like other: SettledRun) -> Bool {
    let questions = [.functions] + figure.sites.indices.map { Question.density(site: $0) }
    return questions.allSatisfy { question in
      guard let own = finding(question), let other = other.finding(question) else { return false }
      return own.equals(other)
    }
  }
}
