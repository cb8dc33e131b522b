import Foundation
import Testing

/// Every refusal names the file and what is wrong with it, on standard error, with status 1 (64 for the command line).
@Suite struct BadInputTests {
  @Test("A model file that does not exist is named")
  func missingModel() throws {
    try expect(["/nowhere/model.bin", Program.images], names: "/nowhere/model.bin")
  }

  @Test("A truncated model is refused with what was expected and what came")
  func truncatedModel() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "short.bin")
      try Data(contentsOf: URL(filePath: Program.model)).prefix(100_000).write(to: path)
      try expect([path.path, Program.images], names: path.path)
      try expect(["info", path.path], names: path.path)
    }
  }

  @Test("An image folder that does not exist is named")
  func missingImages() throws {
    try expect([Program.model, "/nowhere/images"], names: "/nowhere/images")
  }

  @Test("An empty image folder is named")
  func emptyFolder() throws {
    try withTemporaryFolder { folder in
      try expect([Program.model, folder.path], names: folder.path)
    }
  }

  @Test("A broken image is skipped, counted and listed with its reason; --strict ends the run")
  func brokenImage() throws {
    try withTemporaryFolder { folder in
      let bag = folder.appending(path: "bag")
      try FileManager.default.createDirectory(at: bag, withIntermediateDirectories: true)
      let sample = URL(filePath: Program.images).appending(path: "bag/00018.png")
      try FileManager.default.copyItem(at: sample, to: bag.appending(path: "whole.png"))
      try Data(contentsOf: sample).prefix(60).write(to: bag.appending(path: "broken.png"))
      let outcome = try Program.run([Program.model, folder.path, "--variant", "dyrelu-b"])
      #expect(outcome.status == 0)
      #expect(outcome.output.contains("1 of 2 images · 1 skipped"))
      #expect(outcome.errors.contains("bag/broken.png"))
      try expect([Program.model, folder.path, "--strict"], names: "broken.png")
    }
  }

  @Test("An unknown variant is answered with the names that there are")
  func unknownVariant() throws {
    try expect([Program.model, Program.images, "--variant", "dyrelu-z"], names: "dyrelu-b")
  }

  @Test("An output that cannot be written is named, and nothing is left behind")
  func unwritableOutput() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "file")
      try Data("kept".utf8).write(to: file)
      try expect(
        ["stats", Program.model, Program.images, "--limit", "2", "--output", file.path], names: file.path)
      #expect(try Data(contentsOf: file) == Data("kept".utf8))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["file"])
    }
  }

  @Test(
    "A wrong command line has status 64",
    arguments: [
      [], ["--threads", "2"], ["a", "b", "--threads", "0"], ["a", "b", "--limit", "-1"], ["stats", "a", "b"],
    ])
  func usage(arguments: [String]) throws {
    let outcome = try Program.run(arguments)
    #expect(outcome.status == 64)
    #expect(!outcome.errors.isEmpty)
    #expect(outcome.output.isEmpty)
  }

  private func expect(
    _ arguments: [String], names text: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try Program.run(arguments)
    #expect(outcome.status == 1, sourceLocation: sourceLocation)
    #expect(outcome.errors.contains(text), "\(outcome.errors)", sourceLocation: sourceLocation)
    #expect(outcome.output.isEmpty, sourceLocation: sourceLocation)
  }
}
