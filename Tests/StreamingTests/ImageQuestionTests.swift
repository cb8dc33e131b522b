import Figures
import Foundation
import Kernels
import Networks
import Statistics
import Streaming
import Testing

/// What is known about one image, against a run over that image alone.
@Suite struct ImageQuestionTests {
  private let settings: RunSettings

  init() throws { settings = try RunSettings(threads: 2, exact: true, kernels: .best) }

  private func finding(_ pass: Pass, _ question: Question) throws -> ImageFinding {
    pass.resume()
    pass.wait()
    return try #require(pass.findings([question]).answer(question))
  }

  @Test("Its functions, pairs and class are those of a run over it alone", arguments: ["dyrelu-a", "dyrelu-c", "relu"])
  func alone(_ name: String) throws {
    let images = try SampleImages(6)
    let variant = try #require(try SampleImages.model().variants.first { $0.name == name })
    let items = try images.items(variant)
    let run = try Pass(variant, items: [items[4]], settings: settings).finished()
    let functions = try #require(run.finding(.functions) as? FunctionsFinding)
    for site in [0, 7] {
      let question = Question.image(ordinal: 4, site: site)
      let found = try finding(try Pass(variant, questions: [question], items: items, settings: settings), question)
      #expect(found.images == 1 && found.label == items[4].label)
      #expect((found.best(1).first?.index == found.label) == (run.figure.classification.top1Count == 1))
      let detail = try #require(found.detail)
      #expect(detail.grid == run.density(of: site))
      let shape = variant.shapes.sites[site].shape
      let own = found.functions[site]
      #expect(detail.segmentCounts.count == shape.positions * own.segments)
      #expect(detail.segmentCounts.reduce(0, +) == shape.positions * shape.channels)
      let hasAttention = variant.shapes.sites[site].activation.attention != nil
      #expect(detail.attention.floats.count == (hasAttention ? shape.positions : 0))
      for (summary, functions) in zip(functions.sites, found.functions) {
        let statistics = summary.coefficients
        #expect(functions.segments == statistics.segments && functions.channels == statistics.channels)
        for channel in 0..<functions.channels {
          for segment in 0..<functions.segments {
            let mean = try #require(statistics.slope(segment: segment, channel: channel)).mean
            #expect(abs(Double(functions.slope(segment: segment, channel: channel)) - mean) <= 0x1p-24)
            let intercept = try #require(statistics.intercept(segment: segment, channel: channel)).mean
            #expect(abs(Double(functions.intercept(segment: segment, channel: channel)) - intercept) <= 0x1p-24)
          }
        }
      }
    }
  }

  @Test("It merges with what workers know that did not see it")
  func coding() throws {
    let images = try SampleImages(2)
    let variant = try SampleImages.model().variants[2]
    let question = Question.image(ordinal: 1, site: 3)
    let pass = try Pass(variant, questions: [question], items: try images.items(variant), settings: settings)
    let found = try finding(pass, question)
    let none = try #require(
      try Pass(variant, questions: [question], items: try images.items(variant), settings: settings).findings([question]
      )
      .answer(question, as: ImageFinding.self))
    #expect(none.images == 0)
    var merged = none
    try merged.merge(found)
    #expect(merged == found)
    #expect(throws: FindingMismatch.self) { try merged.merge(found) }
  }

  @Test("An image that is not there, and one that cannot be read, are told")
  func missing() throws {
    let images = try SampleImages(3, broken: [1])
    let variant = try SampleImages.model().variants[1]
    let items = try images.items(variant)
    #expect {
      try Pass(variant, questions: [.image(ordinal: 9, site: nil)], items: items, settings: settings)
    } throws: {
      "\($0)".contains("image 9") && "\($0)".contains("3 images")
    }
    let broken = Question.image(ordinal: 1, site: nil)
    let pass = try Pass(variant, questions: [broken], items: items, settings: settings)
    #expect(try finding(pass, broken).images == 0 && pass.skipped == 1)
  }
}
