import Foundation
import Testing

/// Saved runs through the program: written, opened, exported, compared; and what is no saved run.
@Suite struct SavedRunTests {
  private let limit = ["--limit", "12"]

  /// A folder with `a.run`, a run of two variants' worth of questions, and `out`, its exports.
  private func withRun(_ body: (_ folder: URL, _ run: String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let run = folder.appending(path: "a.run").path
      let outcome = try Program.run(
        ["stats", Program.model, Program.images, "--save", run, "--output", folder.appending(path: "out").path] + limit)
      try #require(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
      try body(folder, run)
    }
  }

  private func files(_ folder: URL) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path) where name.contains("/") {
      files[name] = try Data(contentsOf: folder.appending(path: name))
    }
    return files
  }

  @Test("A saved run gives the same exports and summaries, byte for byte, and is the same for any number of threads")
  func exports() throws {
    try withRun { folder, run in
      let again = folder.appending(path: "again")
      let outcome = try Program.run(["stats", run, "--output", again.path])
      #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
      let (own, other) = (try files(again), try files(folder.appending(path: "out")))
      #expect(own == other && own.count == 20)
      let shown = try Program.run([run, "--variant", "dyrelu-c"])
      #expect(shown.output.hasPrefix("model.bin ▸ dyrelu-c: 12 of 12 images · 0 skipped · top-1 "))
      #expect(outcome.output.contains(shown.output))
      let single = folder.appending(path: "single.run")
      let threads = try Program.run(
        ["stats", Program.model, Program.images, "--save", single.path, "--threads", "1"] + limit)
      #expect(threads.status == 0)
      let (one, two) = (try Data(contentsOf: single), try Data(contentsOf: URL(filePath: run)))
      #expect(one == two)
      // Nothing in it tells where it was made.
      for path in [Program.images, URL(filePath: Program.model).deletingLastPathComponent().path, folder.path] {
        #expect(one.range(of: Data(path.utf8)) == nil, "\(path)")
      }
    }
  }

  @Test("Runs are compared: two variants of one, or one of each of two")
  func comparisons() throws {
    try withRun { _, run in
      let variants = try Program.run(["diff", run, "--variants", "dyrelu-a", "dyrelu-b", "--tolerance", "0.05"])
      #expect(variants.status == 3 && variants.output.hasPrefix("A  dyrelu-a\nB  dyrelu-b\n"), "\(variants.errors)")
      let counted = try Program.run(
        ["diff", Program.model, Program.images, "--variants", "dyrelu-a", "dyrelu-b", "--tolerance", "0.05"] + limit)
      #expect(counted.output == variants.output)
      let same = try Program.run(["diff", run, run, "--variants", "dyrelu-b", "dyrelu-b", "--tolerance", "0"])
      #expect(same.status == 0 && same.output.contains("everything is within it"))
      let unnamed = try Program.run(["diff", run, run])
      #expect(unnamed.status == 1 && unnamed.errors.contains("holds dyrelu-a, dyrelu-b, dyrelu-c, relu; name one"))
    }
  }

  @Test("On the screen a saved run answers what was asked, and says what takes the images; W saves a run")
  func screen() throws {
    try withTemporaryFolder { folder in
      let run = folder.appending(path: "b.run").path
      let live = try TerminalSession(
        columns: 120, rows: 40,
        running: #""$DYVIZ" "$MODEL" "$IMAGES" --limit 30 --variant dyrelu-b --save '\#(run)'"#)
      try live.wait(for: "done")
      try live.type("x", "Enter")
      try live.wait(for: "pairs")
      try live.wait(for: "an answer") { screen in !screen.contains("waiting") }
      try live.type("Escape", "Escape", "W")
      try live.wait(for: "saved as \(run)")
      try live.type("q")
      try live.wait(for: "status=0")
      // Without the model and the images.
      let saved = try TerminalSession(
        columns: 120, rows: 40, running: #""$DYVIZ" '\#(run)' --output '\#(folder.path)/out'"#)
      try saved.wait(for: "30 of 30 images")
      try saved.type("Right")
      try saved.wait(for: "block 2 of 17")
      try saved.type("c")
      try saved.wait(for: "not in the saved run: it takes the images")
      try saved.type("Escape", "e")
      try saved.wait(for: "exported to")
      try saved.type("W")
      try saved.wait(for: "not saved: this is a saved run already")
      try saved.type("q")
      try saved.wait(for: "status=0")
      #expect(FileManager.default.fileExists(atPath: folder.appending(path: "out/dyrelu-b/scatter.csv").path))
    }
  }

  @Test("What is no saved run, or cannot be written, is told with the file; nothing is left behind")
  func errors() throws {
    try withRun { folder, run in
      for (arguments, words) in [
        (["missing.run"], "missing.run: cannot be opened"),
        ([Program.model], "a model is given with a folder of images"),
        ([folder.path], "is a folder"), ([run, "--variant", "x"], "no variant x; there are dyrelu-a"),
        ([run, Program.images], "this is a saved run"),
      ] {
        let outcome = try Program.run(arguments)
        #expect(outcome.status == 1 && outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
      }
      for arguments in [["stats", run], [run, "--exact"], ["stats", run, "--save", "x"], ["stats", "--save", ""]] {
        #expect(try Program.run(arguments).status == 64, "\(arguments)")
      }
      let cut = folder.appending(path: "cut.run")
      try Data(contentsOf: URL(filePath: run)).prefix(5000).write(to: cut)
      let outcome = try Program.run([cut.path])
      #expect(outcome.status == 1 && outcome.errors.hasPrefix("Error: \(cut.path): "), "\(outcome.errors)")
      let full = try Program.run(["stats", Program.model, Program.images, "--save", "/dev/full"] + limit)
      #expect(full.status == 1 && full.errors.contains("/dev/full"), "\(full.errors)")
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      #expect(names == ["a.run", "cut.run", "out"])
    }
  }
}
