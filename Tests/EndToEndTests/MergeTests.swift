import Foundation
import Testing
import TinyModels

/// Parts of a run made apart by the program, and merged: byte for byte the run that sees all images.
@Suite struct MergeTests {
  /// A folder with two small models, images of two classes, some of them broken, one of no class and what is no image;
  /// `whole.run` is the run of all of them with everything that `stats` counts, `whole` its exports.
  private func withRun(_ body: (_ folder: URL) throws -> Void) throws {
    try withTemporaryFolder { folder in
      try writeModels(folder)
      let images = folder.appending(path: "images")
      for (index, name) in ["a", "b", "unknown"].enumerated() {
        let place = images.appending(path: name)
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        let sample = URL(filePath: Program.images).appending(path: index == 1 ? "coat" : "bag")
        let files = try FileManager.default.contentsOfDirectory(atPath: sample.path).sorted().filter {
          $0.hasSuffix(".png")
        }
        for (number, file) in files.prefix(index == 2 ? 1 : 5).enumerated() {
          let bytes = try Data(contentsOf: sample.appending(path: file))
          try (index + number == 3 ? bytes.prefix(60) : bytes).write(to: place.appending(path: file))
        }
      }
      try Data("no image".utf8).write(to: images.appending(path: "notes.txt"))
      let outcome = try stats(folder, ["--save", "whole.run", "--output", "whole"])
      try #require(outcome.status == 0, "\(outcome.errors)")
      try body(folder)
    }
  }

  private func writeModels(_ folder: URL) throws {
    for name in ["one", "two"] {
      try Data(TinyModel(name: name).bytes).write(to: folder.appending(path: name + ".bin"))
    }
  }

  /// `dyviz stats` of both models with channels over the images in a folder, in that folder.
  private func stats(_ folder: URL, _ arguments: [String]) throws -> Outcome {
    try inside(folder, ["stats", "one.bin", "two.bin", "images", "--channels"] + arguments)
  }

  private func inside(_ folder: URL, _ arguments: [String]) throws -> Outcome {
    let words = arguments.map { "'\($0)'" }.joined(separator: " ")
    return try Program.shell("cd '\(folder.path)' && \"$DYVIZ\" \(words)")
  }

  @Test(
    "Parts of any number merge to the file and the exports of one run, byte for byte", arguments: [1, 2, 3, 7, 14])
  func merged(count: Int) throws {
    try withRun { folder in
      for index in 0..<count {
        let outcome = try stats(folder, ["--shard", "\(index)/\(count)", "--save", "\(index).part"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let words = count > 1 ? "part \(index)/\(count): " : ": "
        #expect(outcome.output.contains("two" + (count > 1 ? ", " : "") + words), "\(outcome.output.prefix(200))")
      }
      let parts = (0..<count).map { "\($0 * 5 % count).part" }
      let whole = try inside(folder, ["merge"] + parts + ["--save", "all.run", "--output", "all"])
      #expect(whole.status == 0 && whole.errors.isEmpty, "\(whole.errors)")
      #expect(whole.output.contains("▸ two: 9 of 11 images · 2 skipped · top-1 "), "\(whole.output.prefix(200))")
      let same = try Program.shell("cd '\(folder.path)' && cmp whole.run all.run && diff -r whole all")
      #expect(same.status == 0, "\(same.output)")
    }
  }

  @Test("A merge of some parts is a part, opens as one, and is no run to be exported")
  func steps() throws {
    try withRun { folder in
      for index in 0..<4 { _ = try stats(folder, ["--shard", "\(index)/4", "--save", "\(index).part"]) }
      let some = try inside(folder, ["merge", "3.part", "1.part", "--save", "some.part"])
      #expect(some.status == 0 && some.output == "some.part: parts 1, 3 of 4; missing: 0, 2\n", "\(some)")
      let shown = try inside(folder, ["some.part", "--variant", "two"])
      #expect(shown.output.contains(" ▸ two, parts 1, 3 of 4: "), "\(shown.output.prefix(100))")
      let exported = try inside(folder, ["stats", "some.part", "--output", "some"])
      #expect(exported.status == 0)
      let summary = try String(
        contentsOf: folder.appending(path: "some/two/summary.json"), encoding: .utf8)
      #expect(summary.contains(#""part": {"#), "\(summary.prefix(400))")
      for option in [["--output", "o"], ["--whole"]] {
        let early = try inside(folder, ["merge", "3.part", "1.part", "--save", "b.part"] + option)
        #expect(early.status == 1)
        #expect(early.errors.contains("they hold parts 1, 3 of 4; missing: 0, 2"), "\(early.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "b.part").path))
      }
      let compared = try inside(folder, ["diff", "some.part", "0.part", "--variants", "two", "two"])
      #expect(
        compared.status == 0 && compared.errors.contains("A is no whole run, but parts 1, 3 of 4"), "\(compared.errors)"
      )
      let all = try inside(folder, ["merge", "0.part", "some.part", "2.part", "--save", "all.run"])
      #expect(all.status == 0)
      #expect(try Program.shell("cmp '\(folder.path)/whole.run' '\(folder.path)/all.run'").status == 0)
    }
  }

  @Test("What does not go together is refused with the file and both values; nothing is written")
  func refusals() throws {
    try withRun { folder in
      _ = try stats(folder, ["--shard", "0/2", "--save", "0.part"])
      _ = try stats(folder, ["--shard", "0/2", "--variant", "two", "--save", "two.part"])
      _ = try stats(folder, ["--shard", "1/2", "--variant", "one", "--save", "next.part"])
      let others = try inside(folder, ["merge", "two.part", "next.part", "--save", "all.run"])
      #expect(others.status == 1 && others.errors.contains("it holds one, but two"), "\(others.errors)")
      for (arguments, words) in [
        (["--shard", "0/2"], "it holds share 0 of 2, which is held already"),
        (["--shard", "1/3"], "its number of shares is 3, but 2"),
        (["--shard", "1/2", "--exact"], "its choice of elements is --exact, but the usual one"),
        (["--shard", "1/2", "--limit", "6"], "its number of images is 6, but 11"),
        (["--shard", "1/2", "--instruction-set", "portable"], "its instruction set is portable, but "),
        (["--shard", "1/2", "--variant", "two"], "it holds two, but one, two"),
        ([], "its number of shares is 1, but 2"),
      ] {
        let made = try stats(folder, arguments + ["--save", "other.part"])
        #expect(made.status == 0, "\(made.errors)")
        let outcome = try inside(folder, ["merge", "0.part", "other.part", "--save", "all.run"])
        #expect(
          outcome.status == 1
            && outcome.errors.contains("Error: other.part does not go together with the parts before it: \(words)"),
          "\(arguments): \(outcome.errors)")
      }
      // A file that came to the images meanwhile.
      try FileManager.default.copyItem(
        at: folder.appending(path: "images/a/00018.png"), to: folder.appending(path: "images/a/zz.png"))
      _ = try stats(folder, ["--shard", "1/2", "--save", "other.part"])
      let outcome = try inside(folder, ["merge", "0.part", "other.part", "--save", "all.run"])
      #expect(outcome.errors.contains("its list of images is one with the SHA-256 "), "\(outcome.errors)")
      let missing = try inside(folder, ["merge", "0.part", "none.part", "--save", "all.run"])
      #expect(missing.status == 1 && missing.errors.contains("none.part: cannot be opened"), "\(missing.errors)")
      let model = try inside(folder, ["merge", "0.part", Program.model, "--save", "all.run"])
      #expect(model.status == 1 && model.errors.contains("expected a saved run"), "\(model.errors)")
      try Data().write(to: folder.appending(path: "empty"))
      let empty = try inside(folder, ["merge", "empty", "--save", "x.part"])
      #expect(empty.status == 1 && empty.errors.contains("is empty, but a saved run is expected"), "\(empty.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "all.run").path))
      for arguments in [
        ["merge", "--save", "x"], ["merge", "0.part"], ["stats", "0.part", "--shard", "0/2", "--output", "o"],
      ] {
        #expect(try inside(folder, arguments).status == 64, "\(arguments)")
      }
      let shard = try stats(folder, ["--shard", "2/2", "--save", "x"])
      #expect(shard.status == 64 && shard.errors.contains("I from 0 to N - 1"), "\(shard.errors)")
    }
  }

  @Test("Parts of images none of which can be read are fine; all of them together are no run")
  func nothingRead() throws {
    try withTemporaryFolder { folder in
      let images = folder.appending(path: "images")
      try FileManager.default.createDirectory(at: images, withIntermediateDirectories: true)
      try writeModels(folder)
      for name in ["a.png", "b.png"] { try Data("no image".utf8).write(to: images.appending(path: name)) }
      for index in 0..<2 {
        let outcome = try stats(folder, ["--shard", "\(index)/2", "--save", "\(index).part"])
        #expect(outcome.status == 0 && outcome.errors.contains("skipped "), "\(outcome.errors)")
      }
      let merged = try inside(folder, ["merge", "0.part", "1.part", "--save", "all.run"])
      #expect(merged.status == 1 && merged.errors.contains("none of the images of 2 parts could be read"), "\(merged)")
    }
  }
}
