import Foundation
import Testing

/// `dyviz diff`: two variants, or two exported folders.
@Suite struct DiffTests {
  private let limit = ["--limit", "24"]

  private func diff(_ arguments: [String]) throws -> Outcome { try Program.run(["diff"] + arguments) }

  private func variants(_ names: [String], _ options: [String] = []) throws -> Outcome {
    try diff([Program.model, Program.images, "--variants"] + names + limit + options)
  }

  /// A folder with the exports of all variants.
  private func withExports(_ body: (_ folder: URL) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let outcome = try Program.run(["stats", Program.model, Program.images, "--output", folder.path] + limit)
      try #require(outcome.status == 0, "\(outcome.errors)")
      try body(folder)
    }
  }

  @Test("Two variants and their two exports are equally different, beyond a small tolerance")
  func variantsAndExports() throws {
    try withExports { folder in
      let (a, b) = (folder.appending(path: "dyrelu-a").path, folder.appending(path: "dyrelu-b").path)
      let (runs, exports) = (folder.appending(path: "runs.csv"), folder.appending(path: "exports.csv"))
      let ran = try variants(["dyrelu-a", "dyrelu-b"], ["--tolerance", "0.05", "--output", runs.path])
      let read = try diff([a, b, "--tolerance", "0.05", "--output", exports.path])
      for outcome in [ran, read] {
        #expect(outcome.status == 3 && outcome.errors.isEmpty, "\(outcome.errors)")
        #expect(outcome.output.contains("52 sites in both, 0 in one alone · top-1 "))
        #expect(outcome.output.contains("\ntolerance 0.05: beyond it are "))
      }
      #expect(ran.output.hasPrefix("A  dyrelu-a\nB  dyrelu-b\n") && read.output.hasPrefix("A  \(a)\nB  \(b)\n"))
      let (text, other) = (try Data(contentsOf: runs), try Data(contentsOf: exports))
      #expect(text == other)
      let rows = String(decoding: text, as: UTF8.self).split(separator: "\n")
      #expect(rows[0] == "block,site,node_a,node_b,quantity,value_a,value_b,difference")
      #expect(rows[1] == ",,,,images,24.0,24.0,0.0" && rows[2].hasPrefix(",,,,top1,"))
      #expect(rows.count { $0.contains(",density,,,0.") } == 52)
      // Without a tolerance the same is no failure.
      #expect(try diff([a, b]).status == 0)
      #expect(try diff([a, b, "--tolerance", "1000"]).status == 0)
      // The static network has no activation after its projections.
      let lone = try diff([folder.appending(path: "relu").path, b, "--tolerance", "1000"])
      #expect(lone.status == 3 && lone.output.contains("35 sites in both, 17 in one alone"))
      #expect(lone.output.contains("only in B: block 5 · A3, blocks.4.project.act\n"))
    }
  }

  @Test("A run does not differ from itself, by whatever number of threads")
  func same() throws {
    let outcome = try variants(["dyrelu-c", "dyrelu-c"], ["--tolerance", "0", "--threads", "2"])
    #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
    #expect(outcome.output.hasSuffix("numbers differs\ntolerance 0.0: everything is within it\n"), "\(outcome.output)")
  }

  @Test("Exports of other images or options are compared with a warning")
  func otherImages() throws {
    try withExports { folder in
      let other = folder.appending(path: "other")
      let stats = try Program.run([
        "stats", Program.model, Program.images, "--output", other.path, "--variant", "relu", "--limit", "5", "--exact",
      ])
      #expect(stats.status == 0)
      let outcome = try diff([folder.appending(path: "relu").path, other.appending(path: "relu").path + "/"])
      #expect(outcome.status == 0 && outcome.output.contains("35 sites in both, 0 in one alone"))
      #expect(
        outcome.errors == "warning: A and B are of different images or options: images 24 in A and 5 in B, "
          + "labelled 24 in A and 5 in B, exact false in A and true in B\n", "\(outcome.errors)")
    }
  }

  @Test("What is no export is named with status 1, and nothing is written")
  func badExports() throws {
    try withExports { folder in
      let good = folder.appending(path: "relu")
      let output = folder.appending(path: "o.csv")
      func expect(_ paths: [String], _ words: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let outcome = try diff(paths + ["--tolerance", "0", "--output", output.path])
        #expect(outcome.status == 1 && outcome.output.isEmpty, sourceLocation: sourceLocation)
        #expect(outcome.errors.contains(words), "\(outcome.errors)", sourceLocation: sourceLocation)
        #expect(!FileManager.default.fileExists(atPath: output.path), sourceLocation: sourceLocation)
      }
      let empty = folder.appending(path: "empty")
      try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: true)
      try expect([good.path, empty.path], "\(empty.path)/summary.json: expected a summary that dyviz stats wrote")
      try expect([good.path, folder.path], "its folders have one: dyrelu-a, dyrelu-b, dyrelu-c, relu")
      try expect([good.path, "/nowhere"], "/nowhere: expected a folder that dyviz stats wrote, but there is none")
      try expect(
        [good.path + "/sites.csv", good.path], "sites.csv: expected a folder that dyviz stats wrote, but it is a")
      try expect([Program.model, Program.images], "--variants A B")
      for name in ["sites.csv", "scatter.csv"] {
        let file = folder.appending(path: "dyrelu-a").appending(path: name)
        let bytes = try Data(contentsOf: file)
        try bytes.prefix(bytes.count * 2 / 3).write(to: file)
        try expect([good.path, folder.appending(path: "dyrelu-a").path], "\(file.path): line ")
        try bytes.write(to: file)
      }
      let summary = good.appending(path: "summary.json")
      let text = try String(contentsOf: summary, encoding: .utf8)
      try Data(text.replacing("\"format\": 2", with: "\"format\": 7").utf8).write(to: summary)
      try expect([good.path, good.path], "\(summary.path): expected a summary of format 2, but it is of format 7")
    }
  }

  @Test("An unknown variant has status 1; a wrong command line has status 64")
  func badCommandLine() throws {
    let unknown = try variants(["relu", "dyrelu-z"])
    #expect(unknown.status == 1 && unknown.errors.contains("dyrelu-z") && unknown.errors.contains("dyrelu-b"))
    for names in [["relu"], ["relu", "dyrelu-a", "dyrelu-b"]] {
      let outcome = try variants(names)
      #expect(outcome.status == 64 && outcome.errors.contains("--variants takes two names"), "\(outcome.errors)")
    }
    for arguments in [
      [], ["a"], ["a", "b", "c"], ["a", "b", "--limit", "3"], ["a", "b", "--exact"], ["a", "b", "--tolerance", "-1"],
      ["a", "b", "--tolerance", "nan"], ["a", "--variants", "x", "y"],
    ] {
      let outcome = try diff(arguments)
      #expect(outcome.status == 64 && !outcome.errors.isEmpty && outcome.output.isEmpty, "\(arguments)")
    }
    let help = try diff(["--help"]).output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(help.contains("a site or a number that one of the two alone has is beyond every T"))
  }
}
