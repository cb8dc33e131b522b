import Foundation
import Testing

/// `dyviz stats --channels`: a second pass, for what each channel does.
@Suite struct ChannelsTests {
  private typealias Row = [String: String]

  private func rows(_ url: URL) throws -> [Row] {
    let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    return lines.dropFirst().map { Row(uniqueKeysWithValues: zip(lines[0], $0)) }
  }

  private func stats(_ folder: URL, _ options: [String], images: String = Program.images) throws -> Outcome {
    try Program.run(["stats", Program.model, images, "--output", folder.path, "--channels"] + options)
  }

  @Test("channels.csv has a row for each channel of each site, and agrees with the other files")
  func table() throws {
    try withTemporaryFolder { folder in
      // Images of all classes.
      let copied = try Program.shell(
        #"cd "$IMAGES" && for class in */; do mkdir -p "\#(folder.path)/images/$class" && ls "$class" | head -5 "#
          + #"| xargs -I{} cp "$class{}" "\#(folder.path)/images/$class"; done"#)
      #expect(copied.status == 0, "\(copied.errors)")
      let outcome = try stats(
        folder, ["--variant", "dyrelu-b", "--exact"], images: folder.appending(path: "images").path)
      #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
      let out = folder.appending(path: "dyrelu-b")
      let channels = try rows(out.appending(path: "channels.csv"))
      let coefficients = try rows(out.appending(path: "coefficients.csv"))
      let sites = try rows(out.appending(path: "sites.csv"))
      let differences = try rows(out.appending(path: "slope_difference.csv"))
      #expect(channels.count == sites.compactMap { Int($0["channels"] ?? "") }.reduce(0, +))
      for segment in ["1", "2"] {
        let own = coefficients.filter { $0["segment"] == segment }
        for (column, name) in [
          ("slope_mean", "slope_\(segment)_mean"), ("intercept_deviation", "intercept_\(segment)_deviation"),
        ] {
          #expect(own.compactMap { $0[column] } == channels.compactMap { $0[name] }.filter { !$0.isEmpty })
        }
      }
      for site in sites {
        let own = channels.filter { $0["node"] == site["node"] }
        for count in ["negative_inputs", "positive_from_negative"] {
          #expect(own.compactMap { Int($0[count] ?? "") }.reduce(0, +) == Int(site[count] ?? ""))
        }
        // Root mean squares of channels of one K.
        let squares = own.compactMap { Double($0["dynamic_score"] ?? "") }.map { $0 * $0 }
        let score = (squares.reduce(0, +) / Double(squares.count)).squareRoot()
        #expect(abs(score - (Double(site["dynamic_score"] ?? "") ?? -1)) < 1e-12)
        let share = try #require(Double(site["by_class"] ?? ""))
        #expect(share > 0 && share < 1)
      }
      #expect(differences.map { $0["by_class"] } == sites.map { $0["by_class"] })
      let kinds = Set(channels.compactMap { $0["function"] })
      #expect(kinds.count > 2 && !kinds.contains(""))
    }
  }

  @Test("One worker and two write the same channels; a static network has scores of 0 and no share of classes")
  func workersAndStatic() throws {
    try withTemporaryFolder { folder in
      for threads in ["1", "2"] {
        let outcome = try stats(
          folder.appending(path: threads), ["--variant", "relu", "--limit", "30", "--threads", threads])
        #expect(outcome.status == 0, "\(outcome.errors)")
      }
      let outcome = try Program.shell("cd '\(folder.path)' && diff -r 1 2 && ls 1/relu | wc -l")
      #expect(outcome.output == "6\n", "\(outcome.output)")
      let sites = try rows(folder.appending(path: "1/relu/sites.csv"))
      #expect(sites.allSatisfy { $0["dynamic_score"] == "0.0" && $0["by_class"] == "" })
      let channels = try rows(folder.appending(path: "1/relu/channels.csv"))
      #expect(Set(channels.compactMap { $0["function"] }).isSubset(of: ["ReLU-like", "dead", "linear", "flat"]))
    }
  }

  @Test("Without --channels there is no such file, and nothing is known by class")
  func withoutChannels() throws {
    try withTemporaryFolder { folder in
      let outcome = try Program.run([
        "stats", Program.model, Program.images, "--variant", "dyrelu-a", "--limit", "3", "--output", folder.path,
      ])
      #expect(outcome.status == 0)
      let out = folder.appending(path: "dyrelu-a")
      #expect(!FileManager.default.fileExists(atPath: out.appending(path: "channels.csv").path))
      #expect(try rows(out.appending(path: "slope_difference.csv")).allSatisfy { $0["by_class"] == "" })
    }
  }
}
