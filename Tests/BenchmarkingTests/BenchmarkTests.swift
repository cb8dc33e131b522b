import Benchmarking
import Foundation
import Kernels
import Networks
import Testing

@Suite struct BenchmarkTests {
  @Test("a report has a row for every step, and its shares add up")
  func report() throws {
    let report = try Benchmark(try TinyNetwork.variant(), threads: 2, kernels: .best).report(seconds: 0.05)
    #expect(report.input == [12, 9, 3] && report.threads == 2 && report.taps == "none")
    #expect(report.imagesPerSecond > 0 && report.peak > 0 && report.multiplyAdds > 0)
    let limitShare = Double(report.multiplyAdds) * report.imagesPerSecond / report.peak
    #expect(abs(report.limitShare / limitShare - 1) < 1e-9)
    #expect(report.steps.count > 17 && report.steps.last?.node == "classifier")
    #expect(report.steps.allSatisfy { $0.microseconds > 0 })
    #expect(abs(report.steps.reduce(0) { $0 + $1.share } - 1) < 1e-9)
    #expect(report.dynamicShare.map { $0 < 1 } == true)
    let lines = report.text.split(separator: "\n")
    #expect(report.steps.allSatisfy { step in lines.contains { $0.hasPrefix("  \(step.node) ") } })
  }

  @Test("a static network has no share of Dynamic ReLU, in the text and in the JSON")
  func staticNetwork() throws {
    let report = try Benchmark(try TinyNetwork.variant(.relu6), threads: 1, kernels: .best).report(seconds: 0.02)
    #expect(report.dynamicShare == nil && !report.text.contains("Dynamic"))
    let json = try #require(try JSONSerialization.jsonObject(with: Data(report.json.utf8)) as? [String: Any])
    #expect(json["dynamicShare"] == nil && json["variant"] as? String == "tiny")
    #expect((json["steps"] as? [[String: Any]])?.count == report.steps.count)
  }

  @Test("images of another size are taken where the network can take them")
  func size() throws {
    let variant = try TinyNetwork.variant()
    let benchmark = try Benchmark(
      variant, size: Extent2D(height: 20, width: 33), threads: 1, kernels: .best)
    #expect(benchmark.input.height == 20 && benchmark.input.width == 33 && benchmark.input.channels == 3)
    #expect(benchmark.logits(of: Array(repeating: 0.5, count: benchmark.input.count)).count == 4)
    #expect(throws: GraphError.self) {
      try Benchmark(variant, size: Extent2D(GraphShapes.maximumExtent), threads: 1, kernels: .best)
    }
  }

  @Test("networks run whatever is counted", arguments: Taps.allCases)
  func counting(_ taps: Taps) throws {
    let benchmark = try Benchmark(try TinyNetwork.variant(), threads: 2, taps: taps, kernels: .best)
    #expect(try benchmark.imagesPerSecond(seconds: 0.02) > 0)
  }
}
