import Foundation
import Testing

/// Names and folders as they come: what is told about them, and that none of them steers a terminal.
@Suite struct OutsideTextTests {
  private let sample = URL(filePath: Program.images).appending(path: "bag/00018.png")

  private func write(_ data: Data, _ path: String, in folder: URL) throws {
    let file = folder.appending(path: path)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: file)
  }

  @Test("Names with escape sequences and line ends are escaped in every output")
  func steering() throws {
    try withTemporaryFolder { folder in
      let odd = "\u{1B}]2;title\u{7}\nand\u{9B}31m"
      let whole = try Data(contentsOf: sample)
      try write(whole, "\(odd)/whole.png", in: folder)
      try write(whole.prefix(60), "\(odd)/broken\(odd).png", in: folder)
      let (model, images, out) = (Program.model, folder.path + "/\(odd)", folder.path + "/out")
      for arguments in [
        [model, folder.path, "--variant", "relu"], [model, folder.path, "--strict"], [model, images + "/none"],
        ["stats", model, images, "--output", out, "--variant", "relu"],
        ["stats", model, images, "--output", sample.path + "/" + odd], [images, folder.path], ["info", images],
        ["find", model, folder.path, "--site", "5.A2", "--x", ":", "--output", out + ".csv"],
        ["find", model, folder.path, "--site", odd, "--x", ":", "--output", out + ".csv"],
        ["functions", model, folder.path, "--image", "whole.png", "--output", out + ".csv"],
        ["functions", model, folder.path, "--image", odd, "--output", out + ".csv"],
        ["bench", model, "--logits", images], ["taps", model, "--input", images, "--output", out + ".bin"],
        [model, folder.path, "--variant", odd], ["info", model, odd, "--\(odd)"],
      ] {
        let outcome = try Program.run(arguments)
        let text = outcome.output + outcome.errors
        #expect(
          !text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || 0x7F..<0xA0 ~= $0.value }, "\(arguments)")
        #expect(!text.contains("\nand"), "\(arguments): \(text)")
      }
      let files = try Program.shell("cat '\(out)'/*/* '\(out)'.csv | grep -c -a -P '\\x1b|\\x9b'")
      #expect(files.output == "0\n")
    }
  }

  @Test("Of many images with one reason the first are listed, and how many more")
  func manyBroken() throws {
    try withTemporaryFolder { folder in
      let whole = try Data(contentsOf: sample)
      try write(whole, "bag/0.png", in: folder)
      for number in 1...60 { try write(whole.prefix(60), "bag/\(number).png", in: folder) }
      try write(Data([1, 2, 3]), "bag/other.jpg", in: folder)
      let outcome = try Program.run([Program.model, folder.path, "--variant", "relu"])
      let lines = outcome.errors.split(separator: "\n")
      #expect(outcome.status == 0 && lines.count == 7, "\(outcome.errors)")
      #expect(lines[0] == "skipped \(folder.path)/bag/1.png: truncated PNG file")
      #expect(lines.contains("skipped 55 more, the like of truncated PNG file"))
      #expect(lines.contains("skipped \(folder.path)/bag/other.jpg: not a JPEG, PNG or WebP image"))
    }
  }

  @Test("Folders without a label and files of other kinds are told, in every output")
  func doubtfulAccuracy() throws {
    try withTemporaryFolder { folder in
      let whole = try Data(contentsOf: sample)
      for path in ["images/bag/1.png", "images/Coat/2.png", "images/misc/3.png", "images/misc/4.png"] {
        try write(whole, path, in: folder)
      }
      for path in ["images/5.gif", "images/6.BMP", "images/7.bmp"] { try write(Data("x".utf8), path, in: folder) }
      let (images, out) = (folder.path + "/images", folder.path + "/out")
      let outcome = try Program.run(["stats", Program.model, images, "--output", out])
      #expect(outcome.status == 0)
      #expect(outcome.errors == "\(images): not read: 2 .bmp, 1 .gif\n", "once for all variants")
      #expect(outcome.output.components(separatedBy: " of 2 labelled of 4 images").count == 5)
      #expect(outcome.output.contains("\nfolders without a label: misc (2 images)\nnot read: 2 .bmp, 1 .gif\n"))
      let summary =
        try JSONSerialization.jsonObject(
          with: Data(contentsOf: URL(filePath: out + "/relu/summary.json"))) as? [String: Any]
      #expect(summary?["labelled"] as? Int == 2 && summary?["not_read"] as? [String: Int] == [".bmp": 2, ".gif": 1])
      #expect((summary?["unlabelled_folders"] as? [[String: Any]])?.first?["path"] as? String == "misc")
      let ablation = try Program.run([
        "ablate", Program.model, images, "--output", out, "--variant", "relu", "--sites", "all", "--change", "static",
      ])
      #expect(ablation.output.contains("folders without a label: misc (2 images)"), "\(ablation.output)")
    }
  }

  @Test(
    "A folder that cannot be listed is counted and listed; --strict ends the run; a file may be named as the images")
  func unreadable() throws {
    try withTemporaryFolder { folder in
      try write(try Data(contentsOf: sample), "bag/1.png", in: folder)
      // Not even root can list what has too long a path.
      let name = String(repeating: "x", count: 200)
      let made = try Program.shell(
        "cd '\(folder.path)' && for i in $(seq 25); do mkdir \(name) && cd -P \(name) || exit 1; done")
      #expect(made.status == 0)
      defer { _ = try? Program.shell("rm -rf '\(folder.path)'/x*") }
      let out = folder.path + "/out"
      let arguments = ["stats", Program.model, folder.path, "--variant", "relu", "--output", out]
      let outcome = try Program.run(arguments)
      #expect(outcome.status == 0 && outcome.output.contains("1 of 2 images · 1 skipped"), "\(outcome.output)")
      #expect(outcome.errors.contains(": cannot be read: File name too long\n"))
      let summary = try String(contentsOfFile: out + "/relu/summary.json", encoding: .utf8)
      #expect(summary.contains("\"skipped\": 1,") && summary.contains("cannot be read: File name too long"))
      let strict = try Program.run(arguments + ["--strict"])
      #expect(strict.status == 1 && strict.errors.contains("File name too long"))
      let one = try Program.run([Program.model, folder.path + "/bag/1.png", "--variant", "relu"])
      #expect(one.status == 0 && one.output.contains("1 of 1 images · 0 skipped · top-1"))
      let other = try Program.run([Program.model, out + "/relu/summary.json", "--variant", "relu"])
      #expect(other.status == 1 && other.errors.contains("skipped \(out)/relu/summary.json: not a JPEG, PNG or WebP"))
    }
  }

  @Test("Instruction sets are chosen by an option, which summary.json records")
  func instructionSets() throws {
    try withTemporaryFolder { folder in
      for name in ["portable", "nonsense"] {
        let outcome = try Program.run([
          "stats", Program.model, Program.images, "--limit", "2", "--variant", "relu", "--instruction-set", name,
          "--output",
          folder.path,
        ])
        #expect(outcome.status == (name == "portable" ? 0 : 64), "\(outcome.errors)")
      }
      let summary = try String(contentsOfFile: folder.path + "/relu/summary.json", encoding: .utf8)
      #expect(summary.contains("\"instruction_set\": \"portable\""))
    }
  }
}
