import Foundation
import Testing
import TinyModels

/// Questions asked in parts: the merged answers give the files that one run gives.
@Suite struct AskedPartTests {
  /// Runs lines in a folder with a small model, `$MODEL`.
  private func inside(_ folder: URL, _ lines: String) throws -> Outcome {
    try Data(TinyModel().bytes).write(to: folder.appending(path: "model.bin"))
    return try Program.shell("cd '\(folder.path)' && MODEL=model.bin\n\(lines)")
  }

  /// Asks a command in three parts, merges them, and asks it of the merged run; `ask` is the command line without
  /// images, share and outputs.
  private func parts(_ folder: URL, _ ask: String) throws -> Outcome {
    try inside(
      folder,
      """
      for index in 0 1 2; do
        "$DYVIZ" \(ask.replacing("IMAGES", with: "\"$MODEL\" \"$IMAGES\" --limit 25")) --shard $index/3 --save $index.part || exit 2
      done > parts.txt
      "$DYVIZ" merge 2.part 0.part 1.part --save all.run > merged.txt || exit 3
      """)
  }

  @Test(
    "find: the images behind a part of a scatter, and the extremes",
    arguments: ["--y 0.1:", "--extreme gain --top 7", "--x -0.5:0 --y 0:"])
  func find(question: String) throws {
    try withTemporaryFolder { folder in
      let ask = "--site 1.A1 \(question) --variant tiny"
      let made = try parts(folder, "find IMAGES \(ask)")
      #expect(made.status == 0 && made.errors.isEmpty, "\(made)")
      let whole = try inside(
        folder,
        "\"$DYVIZ\" find \"$MODEL\" \"$IMAGES\" --limit 25 \(ask) --output whole.csv --save whole.run > whole.txt")
      #expect(whole.status == 0, "\(whole.errors)")
      let read = try inside(folder, "\"$DYVIZ\" find all.run \(ask) --output all.csv > all.txt")
      #expect(read.status == 0 && read.errors.isEmpty, "\(read.errors)")
      let same = try inside(folder, "cmp whole.run all.run && cmp whole.csv all.csv && cmp whole.txt all.txt")
      #expect(same.status == 0, "\(same.output)")
      let other = try inside(folder, "\"$DYVIZ\" find all.run --site 1.A2 --y 1: --output o.csv")
      #expect(other.status == 1 && other.errors.contains("all.run: this is not in the saved run"), "\(other.errors)")
      let site = try inside(folder, "\"$DYVIZ\" find all.run --site 99.A2 --y 1: --output o.csv")
      #expect(site.status == 1 && site.errors.contains("has no activation 99.A2"), "\(site.errors)")
      // It is a run of answers: no scatter, no statistics.
      let shown = try inside(folder, "\"$DYVIZ\" all.run; \"$DYVIZ\" stats all.run --output o")
      #expect(shown.output.hasPrefix("model.bin ▸ tiny: 25 of 25 images · 0 skipped"), "\(shown.output)")
      #expect(shown.status == 1 && shown.errors.contains("it holds answers"), "\(shown.errors)")
    }
  }

  @Test("ablate: changes that need no means, and frozen at those of a merged run")
  func ablate() throws {
    try withTemporaryFolder { folder in
      let ask = "--variant tiny --sites all role --change frozen static another-image --image bag/00018.png"
      let means = try inside(
        folder,
        """
        for index in 0 1; do
          "$DYVIZ" stats "$MODEL" "$IMAGES" --limit 25 --variant tiny --shard $index/2 --save $index.means
        done > /dev/null
        "$DYVIZ" merge 0.means 1.means --save means.run > /dev/null
        """)
      #expect(means.status == 0, "\(means.errors)")
      let made = try parts(folder, "ablate IMAGES \(ask) --means means.run")
      #expect(made.status == 0 && made.errors.isEmpty, "\(made)")
      let whole = try inside(
        folder, "\"$DYVIZ\" ablate \"$MODEL\" \"$IMAGES\" --limit 25 \(ask) --output whole --save whole.run > whole.txt"
      )
      #expect(whole.status == 0, "\(whole.errors)")
      let read = try inside(folder, "\"$DYVIZ\" ablate all.run \(ask) --output all > all.txt")
      #expect(read.status == 0 && read.errors.isEmpty, "\(read.errors)")
      let same = try inside(folder, "cmp whole.run all.run && diff -r whole all && cmp whole.txt all.txt")
      #expect(same.status == 0, "\(same.output)")
      for (line, words) in [
        ("all.run --sites each --output o", "these changes in these orders are not in the saved run"),
        ("all.run \(ask.replacing("00018", with: "nothing")) --output o", "all.run: it names no image bag/nothing.png"),
        (
          "\"$MODEL\" \"$IMAGES\" --limit 25 --variant tiny --shard 0/3 --save o.part --means 0.means",
          "0.means: the means over all images are needed, but it is part 0/2"
        ),
        (
          "\"$MODEL\" \"$IMAGES\" --limit 24 --variant tiny --shard 0/3 --save o.part --means means.run",
          "its number of images is 25, but here it is 24"
        ),
        (
          "\"$MODEL\" \"$IMAGES\" --limit 25 --variant tiny --shard 0/3 --save o.part --means all.run",
          "but it does not hold them"
        ),
      ] {
        let outcome = try inside(folder, "\"$DYVIZ\" ablate \(line)")
        #expect(outcome.status == 1 && outcome.errors.contains(words), "\(line): \(outcome.errors)")
      }
    }
  }
}
