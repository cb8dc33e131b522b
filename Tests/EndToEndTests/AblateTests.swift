import Foundation
import Testing

@Suite struct AblateTests {
  @Test("ablate writes a row for each change and site, the unchanged network first, and prints the table")
  func table() throws {
    try withTemporaryFolder { folder in
      let outcome = try Program.run([
        "ablate", Program.model, Program.images, "--limit", "30", "--variant", "dyrelu-b", "--output", folder.path,
        "--change", "frozen", "static", "--sites", "all", "role", "from-first",
      ])
      #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
      #expect(outcome.output.contains("unchanged: 30 images · top-1") && outcome.output.contains("everywhere"))
      let text = try String(contentsOf: folder.appending(path: "dyrelu-b/what_if.csv"), encoding: .utf8)
      let rows = text.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
      // Header, unchanged; everywhere, five names and 52 steps for each change.
      #expect(rows.count == 2 + 2 * (1 + 5 + 52) && rows.allSatisfy { $0.count == 18 })
      #expect(rows[1].prefix(9) == ["", "", "", "", "", "0", "none", "30", "30"])
      #expect(rows[2].prefix(7) == ["all", "", "", "", "", "52", "frozen"])
      let images = try String(contentsOf: folder.appending(path: "dyrelu-b/changed_images.csv"), encoding: .utf8)
      #expect(images.hasPrefix("order,step,name,change,image,label,before,after,coefficients_of\n"))
      #expect(images.contains(".png,ankle-boot,"))
    }
  }

  @Test("One worker and two write the same bytes")
  func workersDoNotMatter() throws {
    try withTemporaryFolder { folder in
      for threads in ["1", "2"] {
        let outcome = try Program.run([
          "ablate", Program.model, Program.images, "--limit", "12", "--variant", "dyrelu-c", "--threads", threads,
          "--change", "uniform-attention", "frozen", "--output", folder.appending(path: threads).path,
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
      }
      #expect(try Program.shell("cd '\(folder.path)' && diff -r 1 2").status == 0)
    }
  }

  @Test("Another image's coefficients stand in, and the files and the text name it")
  func anotherImage() throws {
    try withTemporaryFolder { folder in
      let outcome = try Program.run([
        "ablate", Program.model, Program.images, "--limit", "20", "--variant", "dyrelu-b", "--output", folder.path,
        "--change", "another-image", "frozen", "--image", "00018.png", "--sites", "all",
      ])
      #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
      #expect(outcome.output.contains("\nanother-image: the coefficients of bag/00018.png\n"))
      let text = try String(contentsOf: folder.appending(path: "dyrelu-b/what_if.csv"), encoding: .utf8)
      let rows = text.split(separator: "\n")
      #expect(rows.count == 4 && rows[0].hasSuffix(",coefficients_of") && rows[1].hasSuffix(","))
      #expect(rows[2].hasPrefix("all,,,,,52,another-image,20,") && rows[2].hasSuffix(",bag/00018.png"))
      #expect(rows[3].hasPrefix("all,,,,,52,frozen,20,") && rows[3].hasSuffix(","))
    }
  }

  @Test("Without labels there are no accuracies; a network without what is changed has only its unchanged row")
  func nothingToTell() throws {
    try withTemporaryFolder { folder in
      let images = folder.appending(path: "images")
      try FileManager.default.createDirectory(at: images, withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        at: URL(filePath: Program.images).appending(path: "bag/00018.png"), to: images.appending(path: "a.png"))
      let output = folder.appending(path: "o").path
      let unlabelled = try Program.run([
        "ablate", Program.model, images.path, "--variant", "dyrelu-b", "--sites", "greedy", "--change", "first-segment",
        "--output", output,
      ])
      #expect(unlabelled.status == 0 && unlabelled.output.contains("no labels"), "\(unlabelled.errors)")
      let fixed = try Program.run(["ablate", Program.model, images.path, "--variant", "relu", "--output", output])
      #expect(fixed.status == 0 && fixed.output.contains("no activation has what was to be changed"))
    }
  }

  @Test("Bad input is named, and nothing is written")
  func badInput() throws {
    try withTemporaryFolder { folder in
      let output = folder.appending(path: "o").path
      func run(_ arguments: String...) throws -> Outcome {
        try Program.run(["ablate", Program.model] + arguments)
      }
      #expect(try run(Program.images).status == 64)
      // One path alone is a saved run, of which nothing more can be asked.
      let alone = try run("--output", output)
      #expect(
        alone.status == 1 && alone.errors.contains("a model is given with a folder of images"), "\(alone.errors)")
      for arguments in [
        ["--sites", "greedy", "--save", "a.run"], ["--sites", "greedy", "--shard", "0/2"], ["--shard", "0/2"],
      ] {
        let outcome = try Program.run(["ablate", Program.model, Program.images, "--output", output] + arguments)
        #expect(outcome.status == 64, "\(arguments): \(outcome.errors)")
      }
      #expect(try run(Program.images, "--output", output, "--change", "melted").status == 64)
      #expect(try run(Program.images, "--output", output, "--change", "another-image").status == 64)
      #expect(try run(Program.images, "--output", output, "--image", "bag/00018.png").status == 64)
      let unknown = try run(
        Program.images, "--output", output, "--change", "another-image", "--image", "bag/nothing.png")
      #expect(unknown.status == 1 && unknown.errors.contains("bag/nothing.png") && unknown.errors.contains("1000"))
      let empty = folder.appending(path: "empty")
      try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: true)
      let none = try run(empty.path, "--output", output)
      #expect(none.status == 1 && none.errors.contains(empty.path))
      try Data("no image".utf8).write(to: empty.appending(path: "a.png"))
      let broken = try run(empty.path, "--variant", "dyrelu-b", "--output", output)
      #expect(broken.status == 1 && broken.errors.contains("none of the 1 images could be read"), "\(broken.errors)")
      let strict = try run(empty.path, "--variant", "dyrelu-b", "--strict", "--output", output)
      #expect(strict.status == 1 && strict.errors.contains("a.png"))
      let unreadable = try run(
        empty.path, "--variant", "dyrelu-b", "--output", output, "--change", "another-image", "--image", "a.png")
      #expect(unreadable.status == 1 && unreadable.errors.contains("a.png"), "\(unreadable.errors)")
      #expect(!FileManager.default.fileExists(atPath: output))
    }
  }
}
