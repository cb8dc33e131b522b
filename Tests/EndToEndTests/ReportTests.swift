import Foundation
import Testing

/// `dyviz report`: one page of a model and images, or of a saved run.
@Suite struct ReportTests {
  private func report(_ arguments: [String]) throws -> Outcome { try Program.run(["report"] + arguments) }

  @Test(
    "The report of a model and images holds every variant, fetches nothing and is small; that of the saved run is the same"
  )
  func modelAndRun() throws {
    try withTemporaryFolder { folder in
      let (page, run) = (folder.appending(path: "report.html"), folder.appending(path: "a.run").path)
      let outcome = try report([
        Program.model, Program.images, "--limit", "40", "--what-if", "--output", page.path, "--save", run,
      ])
      #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
      #expect(outcome.output.hasPrefix("\(page.path): dyrelu-a, dyrelu-b, dyrelu-c, relu, "))
      let bytes = try Data(contentsOf: page)
      #expect(bytes.count < 2_000_000, "\(bytes.count) bytes")
      let text = String(decoding: bytes, as: UTF8.self)
      for variant in ["dyrelu-a", "dyrelu-b", "dyrelu-c", "relu"] { #expect(text.contains(">\(variant)</h2>")) }
      #expect(text.contains("data:image/png;base64,") && text.contains("class=\"function\""))
      #expect(text.contains("40 of 40 went through the network"))
      for path in [folder.path, Program.images, "http://"] {
        let left = text.replacing("http://www.w3.org/", with: "")
        #expect(!left.contains(path), "\(path)")
      }
      // The same page from the saved run, without model and images.
      let again = folder.appending(path: "again.html")
      let saved = try report([run, "--output", again.path])
      #expect(saved.status == 0 && saved.errors.isEmpty, "\(saved.errors)")
      #expect(try Data(contentsOf: again) == bytes)
      let one = try report([run, "--variant", "dyrelu-b", "--output", again.path])
      #expect(one.status == 0)
      let single = try String(contentsOf: again, encoding: .utf8)
      #expect(single.contains(">dyrelu-b</h2>") && !single.contains(">dyrelu-a</h2>"))
    }
  }

  @Test("Its numbers are those of the exports, for any number of threads")
  func numbers() throws {
    try withTemporaryFolder { folder in
      let (one, two) = (folder.appending(path: "1.html"), folder.appending(path: "2.html"))
      let options = [Program.model, Program.images, "--limit", "24", "--variant", "dyrelu-b"]
      for (page, threads) in [(one, "1"), (two, "3")] {
        let outcome = try report(options + ["--threads", threads, "--output", page.path])
        #expect(outcome.status == 0, "\(outcome.errors)")
      }
      let text = try String(contentsOf: one, encoding: .utf8)
      #expect(text == (try String(contentsOf: two, encoding: .utf8)))
      _ = try Program.run(["stats"] + options + ["--output", folder.path])
      let rows = try String(contentsOf: folder.appending(path: "dyrelu-b/sites.csv"), encoding: .utf8).split(
        separator: "\n"
      )
      .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
      let column = try #require(rows[0].firstIndex(of: "dynamic_score"))
      for row in rows.dropFirst() {
        let value = try #require(Double(row[column]))
        #expect(text.contains("data-v=\"\(value)\""), "\(row[2])")
      }
      #expect(text.contains("was not asked in this run"))
    }
  }

  @Test("What cannot be used is told with its name; an earlier file stays")
  func refusals() throws {
    try withTemporaryFolder { folder in
      let page = folder.appending(path: "report.html")
      try Data("kept".utf8).write(to: page)
      for (arguments, words, status) in [
        ([Program.model], "a model is given with a folder of images", 1),
        (["missing.run"], "missing.run: cannot be opened", 1),
        ([Program.model, folder.path], folder.path, 1),
        ([Program.model, Program.images, "--variant", "x"], "no variant x", 1),
        (["a.run", "--what-if"], "a saved run is over", 64), ([], "Missing expected argument", 64),
      ] as [([String], String, Int32)] {
        let outcome = try report(arguments + ["--output", page.path])
        #expect(outcome.status == status && outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
      }
      #expect(try report([Program.model, Program.images]).status == 64)
      let full = try report([
        Program.model, Program.images, "--limit", "3", "--variant", "relu", "--output", "/dev/full",
      ])
      #expect(full.status == 1 && full.errors.contains("/dev/full"), "\(full.errors)")
      #expect(try Data(contentsOf: page) == Data("kept".utf8))
    }
  }
}
