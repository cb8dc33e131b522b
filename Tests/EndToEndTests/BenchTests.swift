import Foundation
import Testing

@Suite struct BenchTests {
  @Test("bench prints images per second and a row for each step")
  func table() throws {
    let outcome = try Program.run(["bench", Program.model, "--seconds", "0.05", "--threads", "1"])
    #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
    for text in ["images per second", "multiply-adds", "of the limit", "Dynamic ReLU takes", "blocks.16.depthwise"] {
      #expect(outcome.output.contains(text), "\(text) is missing in\n\(outcome.output)")
    }
  }

  @Test("bench --brief prints one number, --json an object")
  func machines() throws {
    let options = ["--seconds", "0.05", "--variant", "relu", "--taps", "depthwise", "--size", "48"]
    let brief = try Program.run(["bench", Program.model, "--brief"] + options)
    #expect(Double(brief.output.trimmingCharacters(in: .newlines)).map { $0 > 0 } == true)
    let full = try Program.run(["bench", Program.model, "--json"] + options)
    let json = try #require(try JSONSerialization.jsonObject(with: Data(full.output.utf8)) as? [String: Any])
    #expect(json["input"] as? [Int] == [48, 48, 3] && json["taps"] as? String == "depthwise")
  }

  @Test("bench --logits prints the logits of one image; a file of another size is refused")
  func logits() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "image.f32")
      try Data(count: 4 * 64 * 64 * 3).write(to: file)
      let outcome = try Program.run(["bench", Program.model, "--logits", file.path])
      let logits = outcome.output.split(separator: "\n").compactMap { Float($0) }
      #expect(outcome.status == 0 && logits.count == 10 && Set(logits).count > 1)
      let refused = try Program.run(["bench", Program.model, "--size", "31", "--logits", file.path])
      #expect(refused.status == 1 && refused.errors.contains("11532 bytes") && refused.errors.contains(file.path))
    }
  }

  @Test(
    "bench refuses what makes no sense",
    arguments: [["--size", "0"], ["--threads", "0"], ["--seconds", "nan"], ["--taps", "all"]])
  func usage(arguments: [String]) throws {
    #expect(try Program.run(["bench", Program.model] + arguments).status == 64)
  }
}
