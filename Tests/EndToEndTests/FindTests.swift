import Foundation
import Testing

/// `dyviz find`: the images behind a part of the scatter.
@Suite struct FindTests {
  private let node = "blocks.4.depthwise.act"

  private func find(_ options: [String], output: String, images: String = Program.images) throws -> Outcome {
    try Program.run(["find", Program.model, images, "--output", output] + options)
  }

  private func rows(_ path: String) throws -> [[String]] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  @Test("find counts the pairs of a region as stats counts them in its bins, and writes the images with most of them")
  func region() throws {
    try withTemporaryFolder { folder in
      let output = folder.appending(path: "found.csv").path
      let options = ["--site", node, "--variant", "dyrelu-b", "--limit", "60"]
      let outcome = try find(options + ["--x", "-1:0", "--y", "0.25:"], output: output)
      #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
      let rows = try rows(output)
      #expect(rows[0] == ["block", "site", "node", "rank", "path", "label", "pairs", "channels", "positions"])
      #expect(rows.dropFirst().allSatisfy { $0[0...2] == ["5", "A2", node] && $0[4].hasPrefix($0[5] + "/") })
      #expect(rows.dropFirst().map { $0[3] } == (1..<rows.count).map(String.init))
      let pairs = rows.dropFirst().compactMap { Int($0[6]) }
      #expect(pairs == pairs.sorted(by: >) && pairs.allSatisfy { $0 > 0 } && !pairs.isEmpty)
      for row in rows.dropFirst() {
        for cell in row[7...8] {
          let counts = cell.split(separator: " ").compactMap { Int($0.split(separator: ":")[1]) }
          #expect(String(counts.reduce(0, +)) == row[6] && counts == counts.sorted(by: >))
        }
      }
      // All images stand in the table, so their pairs are all pairs; stats has the same in bins with edges there.
      _ = try Program.run([
        "stats", Program.model, Program.images, "--variant", "dyrelu-b", "--limit", "60", "--output", folder.path,
      ])
      let bins = try self.rows(folder.appending(path: "dyrelu-b/scatter.csv").path).filter { row in
        row[2] == node && (Double(row[3]) ?? 9) >= -1 && (Double(row[4]) ?? 9) <= 0 && (Double(row[5]) ?? 0) >= 0.25
      }
      let expected = bins.compactMap { Int($0[7]) }.reduce(0, +)
      #expect(pairs.reduce(0, +) == expected)
      #expect(outcome.output.contains(" in \(pairs.count) of 60 images, "))
      // Any number of threads, and the name by block and site.
      let other = folder.appending(path: "other.csv").path
      let again = try find(
        ["--site", "5.A2", "--variant", "dyrelu-b", "--limit", "60", "--threads", "1", "--x", "-1:0", "--y", "0.25:"],
        output: other)
      #expect(again.output == outcome.output)
      #expect(try Data(contentsOf: URL(filePath: other)) == Data(contentsOf: URL(filePath: output)))
      let first = try find(options + ["--x", "-1:0", "--y", "0.25:", "--top", "3"], output: other)
      #expect(first.status == 0)
      #expect(try self.rows(other) == Array(rows.prefix(4)))
    }
  }

  @Test("find --extreme writes each image's most extreme pair", arguments: ["gain", "largest", "smallest"])
  func extremes(order: String) throws {
    try withTemporaryFolder { folder in
      let output = folder.appending(path: "found.csv").path
      let outcome = try find(
        ["--site", node, "--variant", "dyrelu-b", "--limit", "40", "--extreme", order], output: output)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let rows = try rows(output)
      let columns = ["block", "site", "node", "rank", "path", "label", "x", "y", "gain", "channel", "position"]
      #expect(rows[0] == columns && rows.count == 41 && Set(rows.dropFirst().map { $0[4] }).count == 40)
      let values = rows.dropFirst().compactMap { Double($0[order == "gain" ? 8 : 7]) }
      #expect(values == (order == "smallest" ? values.sorted() : values.sorted(by: >)))
    }
  }

  @Test("find says what is wrong with a site, a range, an output or images, and keeps an earlier file")
  func refusals() throws {
    try withTemporaryFolder { folder in
      let output = folder.appending(path: "found.csv").path
      try Data("kept".utf8).write(to: URL(filePath: output))
      func expect(
        _ options: [String], _ text: String, status: Int32 = 1, images: String = Program.images, output: String? = nil
      ) throws {
        let outcome = try find(options, output: output ?? folder.appending(path: "found.csv").path, images: images)
        #expect(outcome.status == status && outcome.errors.contains(text), "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
      }
      let site = ["--site", node]
      try expect(["--site", "blocks.99.act", "--x", "0:"], "no activation blocks.99.act")
      try expect(["--site", "depthwise", "--x", "0:"], "blocks.16.depthwise.act")
      try expect(site, "--extreme", status: 64)
      try expect(site + ["--x", "0:1", "--extreme", "gain"], "--extreme", status: 64)
      try expect(site + ["--extreme", "most"], "most", status: 64)
      for range in ["1:1", "2:1", "nan:1", "0:inf", "0", "a:b", "0:1:2", ""] {
        try expect(site + ["--y", range], "LOWER:UPPER", status: 64)
      }
      for top in ["0", "101"] { try expect(site + ["--x", ":1", "--top", top], "--top", status: 64) }
      try expect(site + ["--x", ":1", "--limit", "0"], "--limit", status: 64)
      try expect(site + ["--x", ":1"], "/nowhere", images: "/nowhere")
      try expect(site + ["--x", ":1"], folder.path, images: folder.path)
      try expect(site + ["--x", ":1", "--variant", "none"], "dyrelu-c")
      try expect(site + ["--x", ":1", "--limit", "3"], "found.csv", output: output + "/found.csv")
      let bad = folder.appending(path: "images")
      try FileManager.default.createDirectory(at: bad, withIntermediateDirectories: true)
      try Data("\u{89}PNG\r\n\u{1A}\nbroken".utf8).write(to: bad.appending(path: "b.png"))
      try expect(site + ["--x", ":1"], "\(bad.path): none of the 1 images could be read", images: bad.path)
      try expect(site + ["--x", ":1", "--strict"], "b.png", images: bad.path)
      #expect(try Data(contentsOf: URL(filePath: output)) == Data("kept".utf8))
    }
  }
}
