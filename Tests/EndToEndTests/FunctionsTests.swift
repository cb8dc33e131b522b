import Foundation
import Testing

@Suite struct FunctionsTests {
  private func run(_ arguments: String...) throws -> Outcome {
    try Program.run(["functions", Program.model, Program.images] + arguments)
  }

  @Test("functions writes a row for each site, channel and segment, and prints the image's classes")
  func table() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "f.csv")
      let outcome = try run("--image", "bag/00018.png", "--variant", "dyrelu-b", "--output", file.path)
      #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
      #expect(
        outcome.output.hasPrefix("bag/00018.png, label bag\n") && outcome.output.split(separator: "\n").count == 6)
      let rows = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      #expect(rows[0] == "block,site,node,channel,segment,slope,intercept")
      #expect(rows[1].hasPrefix("0,stem,stem.act,0,1,"))
      // The end of a path will do.
      let short = try run("--image", "00018.png", "--variant", "dyrelu-b", "--output", file.path)
      #expect(short.output == outcome.output)
    }
  }

  @Test("An image that is not there, or not alone, and a broken one are named")
  func badInput() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "f.csv")
      let missing = try run("--image", "bag/nothing.png", "--output", file.path)
      #expect(missing.status == 1 && missing.errors.contains("bag/nothing.png") && missing.errors.contains("1000"))
      #expect(try run("--output", file.path).status == 64)
      for name in ["a", "b"] {
        let sub = folder.appending(path: "images/\(name)")
        try FileManager.default.createDirectory(at: sub, withIntermediateDirectories: true)
        try Data("no image".utf8).write(to: sub.appending(path: "x.png"))
      }
      func own(_ image: String) throws -> Outcome {
        try Program.run([
          "functions", Program.model, folder.appending(path: "images").path, "--image", image, "--output", file.path,
        ])
      }
      let twice = try own("x.png")
      #expect(twice.status == 1 && twice.errors.contains("2 images") && twice.errors.contains("a/x.png"))
      let broken = try own("a/x.png")
      #expect(broken.status == 1 && broken.errors.contains("a/x.png"))
      #expect(!FileManager.default.fileExists(atPath: file.path))
    }
  }
}
