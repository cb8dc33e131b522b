import Foundation
import Testing

@Suite struct HeadlessTests {
  @Test("Without a terminal the summary comes on standard output, without an escape byte")
  func summary() throws {
    let outcome = try Program.run([Program.model, Program.images, "--limit", "20"])
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("20 of 20 images · 0 skipped"))
    #expect(outcome.output.contains("|a1-a2|"))
    #expect(!(outcome.output + outcome.errors).contains("\u{1B}"))
    #expect(outcome.errors.isEmpty)
  }

  @Test("One worker and two write the same files, byte for byte")
  func workersDoNotMatter() throws {
    try withTemporaryFolder { folder in
      for threads in ["1", "2"] {
        let outcome = try Program.run([
          "stats", Program.model, Program.images, "--limit", "40", "--variant", "dyrelu-c", "--threads", threads,
          "--output", folder.appending(path: threads).path,
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
      }
      let outcome = try Program.shell(
        "cd '\(folder.path)' && diff -r 1 2 && find 1 -type f -size +0 | sort && find 1 -type f | wc -l")
      #expect(outcome.status == 0, "\(outcome.output)")
      for file in ["coefficients.csv", "scatter.csv", "sites.csv", "slope_difference.csv", "summary.json"] {
        #expect(outcome.output.contains("1/dyrelu-c/\(file)\n"))
      }
      #expect(outcome.output.hasSuffix("\n5\n"))
    }
  }

  @Test("stats runs every variant of the file")
  func allVariants() throws {
    try withTemporaryFolder { folder in
      let outcome = try Program.run([
        "stats", Program.model, Program.images, "--limit", "4", "--output", folder.path,
      ])
      #expect(outcome.status == 0, "\(outcome.errors)")
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      #expect(names == ["dyrelu-a", "dyrelu-b", "dyrelu-c", "relu"])
    }
  }

  @Test("info lists variants, blocks and shapes")
  func info() throws {
    let outcome = try Program.run(["info", Program.model])
    #expect(outcome.status == 0)
    for text in ["dyrelu-a", "dyrelu-b", "dyrelu-c", "relu", "blocks.16.depthwise.act", "32×32×16"] {
      #expect(outcome.output.contains(text), "\(text) is missing in\n\(outcome.output)")
    }
  }

  @Test("info --plan prints the steps of one variant, at another size too")
  func plan() throws {
    let outcome = try Program.run(["info", Program.model, "--plan", "--variant", "dyrelu-b"])
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    for text in ["dyrelu-b, 64×64×3", "blocks.3.depthwise.conv", "norm act add sums", "depthwise 3x3 /2", "55 steps"] {
      #expect(outcome.output.contains(text), "\(text) is missing in\n\(outcome.output)")
    }
    let larger = try Program.run(["info", Program.model, "--plan", "--size", "56"])
    #expect(larger.status == 0 && larger.output.contains("dyrelu-a, 56×56×3"))
    #expect(try Program.run(["info", Program.model, "--plan", "--variant", "none"]).errors.contains("dyrelu-c"))
    #expect(try Program.run(["info", Program.model, "--size", "56"]).status == 64)
    #expect(try Program.run(["info", Program.model, "--plan", "--size", "0"]).status == 64)
  }

  @Test("A reader that closes the pipe ends the program by SIGPIPE without a word")
  func closedPipe() throws {
    let outcome = try Program.shell(
      #"set +o pipefail; "$DYVIZ" info "$MODEL" | true; echo "${PIPESTATUS[0]}""#)
    #expect(["0\n", "141\n"].contains(outcome.output))
    #expect(outcome.errors.isEmpty)
  }
}
