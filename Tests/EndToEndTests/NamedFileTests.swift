import Foundation
import Testing

/// Every argument and option that names a file to read, with what may lie there instead: status 1, the path and a
/// reason on standard error, nothing else anywhere.
@Suite struct NamedFileTests {
  /// What stands for the path in an argument list.
  private static let path = "PATH"
  private static let model = "MODEL"
  private static let images = "IMAGES"

  @Test(
    "A file that is missing, a folder, empty, a pipe, a device or not to be opened is refused by its path",
    arguments: [
      ["info", path], ["info", path, "--plan"], [path, images], ["stats", path, images, "--output", "o"],
      ["ablate", path, images, "--output", "o"], ["diff", path, images, "--variants", "relu", "dyrelu-a"],
      ["find", path, images, "--site", "5.A2", "--x", "0:1", "--output", "o"],
      ["functions", path, images, "--image", "00018.png", "--output", "o"],
      ["keypoints", path, images, "--output", "o"], ["bench", path], ["taps", path, "--input", "i", "--output", "o"],
      ["bench", model, "--logits", path], ["taps", model, "--input", path, "--output", "o"],
      ["stats", model, path, "--variant", "relu", "--output", "o"],
      ["functions", model, path, "--image", "00018.png", "--output", "o"],
      ["find", model, path, "--site", "5.A2", "--x", "0:1", "--output", "o"],
      ["stats", model, images, "--variant", "relu", "--ground-truth", path, "--output", "o"],
      ["stats", model, "--variant", "relu", "--list", path, "--output", "o"],
      ["diff", path, "export", "--output", "o"], ["diff", "export", path, "--output", "o"],
    ])
  func refused(arguments: [String]) throws {
    try withTemporaryFolder { folder in
      let script = """
        cd '\(folder.path)'; mkdir folder; : > empty; mkfifo pipe; ln -s loop loop
        """
      try #require(try Program.shell(script).status == 0)
      if arguments.contains("export") {
        let run = ["stats", Program.model, Program.images, "--variant", "relu", "--limit", "1", "--output"]
        try #require(try Program.run(run + [folder.path]).status == 0)
        try FileManager.default.moveItem(
          at: folder.appending(path: "relu"), to: folder.appending(path: "export"))
      }
      let before = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      for name in ["missing", "folder", "empty", "pipe", "loop", "empty/below", "/dev/null", "/dev/zero"] {
        let place = name.hasPrefix("/") ? name : folder.path + "/" + name
        let line = arguments.map { word in
          switch word {
          case Self.path: "'\(place)'"
          case Self.model: "\"$MODEL\""
          case Self.images: "\"$IMAGES\""
          default: word
          }
        }.joined(separator: " ")
        let outcome = try Program.shell("cd '\(folder.path)'; exec timeout 30 \"$DYVIZ\" \(line)")
        #expect(outcome.status == 1, "\(line): \(outcome.status) \(outcome.errors)")
        #expect(outcome.errors.contains(place), "\(line): \(outcome.errors)")
        #expect(outcome.output.isEmpty, "\(line): \(outcome.output)")
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == before)
    }
  }
}
