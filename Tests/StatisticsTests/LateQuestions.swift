import Foundation
import Kernels
import Networks
import Statistics
import Testing

/// Images at the sites of a network, shown to as many workers as one likes.
struct LateImages {
  let sites: [ActivationSite]
  /// By image, then by site.
  var images: [[Observation]]
  /// Classes of the images; 0 for images without a label.
  var classes = 0

  /// An image's class: four of five images have one.
  func label(_ image: Int) -> Int? { classes == 0 || image % 5 == 4 ? nil : image * 7 % classes }

  init(_ sites: [ActivationSite], images: Int, awkward: Int = 60, seed: UInt64) {
    var generator = SeededGenerator(seed)
    self.sites = sites
    self.images = (0..<images).map { image in
      sites.map {
        Observation(
          $0, magnitude: Float(1 + image % 5), awkward: image % 3 == 0 ? awkward : 0, using: &generator)
      }
    }
  }

  /// What one worker finds out that sees some of the images in an order.
  func answer<Answer: Finding>(_ question: Question, _ part: [Int], pieces: [Int] = []) throws -> Answer {
    let observer = try #require(try question.observer(of: sites, kernels: .scalar))
    for image in part {
      for (site, observation) in zip(sites, images[image]) {
        observation.show(
          to: observer, site, key: UInt64(image), ordinal: image, label: label(image), pieces: pieces)
      }
      if image % 2 == 0 { observer.finish(images: 1) }
    }
    observer.finish(images: part.count { $0 % 2 == 1 })
    return try #require(observer.finding(question) as? Answer)
  }

  /// What is found out from all images; holds that any split, order and number of workers find the same, byte for byte,
  /// and that it is the same after it was written and read.
  func answer<Answer: Finding>(_ question: Question, as type: Answer.Type = Answer.self) throws -> Answer {
    let whole: Answer = try answer(question, Array(images.indices))
    var generator = SeededGenerator(UInt64(images.count))
    let bytes = try FindingBytes(whole)
    for workers in [1, 2, 3, 7] {
      var parts = [[Int]](repeating: [], count: workers)
      for image in images.indices.shuffled(using: &generator) {
        parts[Int.random(in: 0..<workers, using: &generator)].append(image)
      }
      var merged: Answer = try answer(question, parts[0], pieces: [1, 3])
      for part in parts.dropFirst() { try merged.merge(try answer(question, part, pieces: [2])) }
      #expect(merged == whole)
      #expect(try FindingBytes(merged) == bytes)
    }
    #expect(try bytes.finding(as: Answer.self, of: sites) == whole)
    return whole
  }
}

/// A finding's text and its arrays.
struct FindingBytes: Equatable {
  var text: Data
  var arrays: [String: FindingArrays.Values]

  init(_ finding: any Finding) throws {
    let arrays = FindingArrays(prefix: "a/")
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    encoder.userInfo[.findingArrays] = arrays
    text = try encoder.encode(finding)
    self.arrays = Dictionary(arrays.arrays.map { ($0.name, $0.values) }) { $1 }
    #expect(self.arrays.count == arrays.arrays.count && arrays.arrays.allSatisfy { $0.name.hasPrefix("a/") })
  }

  /// What is read of it again, as a finding of a network with these sites.
  func finding<Answer: Finding>(as type: Answer.Type = Answer.self, of sites: [ActivationSite]) throws -> Answer {
    let decoder = JSONDecoder()
    decoder.userInfo[.findingArrays] = FindingArrays { [arrays] in arrays[$0] }
    decoder.userInfo[.sites] = sites
    return try decoder.decode(CheckedFinding<Answer>.self, from: text).finding
  }
}
