import Foundation
import Testing

@Suite struct WarningTests {
  /// The sample with one value of its first variant's classifier that is no number.
  private func damagedModel(_ folder: URL) throws -> String {
    var bytes = try Data(contentsOf: URL(filePath: Program.model))
    let length = (0..<8).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
    let header = try JSONSerialization.jsonObject(with: bytes[8..<8 + length]) as? [String: [String: Any]]
    let name = try #require(header?.keys.filter { $0.hasSuffix("classifier.bias") }.min())
    let start = try #require(header?[name]?["data_offsets"] as? [Int])[0]
    let size = header?[name]?["dtype"] as? String == "F32" ? 4 : 2
    // All bits set: not a number in every type of weights.
    for offset in 0..<size { bytes[8 + length + start + offset] = 0xFF }
    let path = folder.appending(path: "damaged.bin")
    try bytes.write(to: path)
    return path.path
  }

  @Test("every command tells what is odd about its model, once, on standard error")
  func warnings() throws {
    try withTemporaryFolder { folder in
      let (model, output) = (try damagedModel(folder), folder.appending(path: "out").path)
      let commands: [[String]] = [
        [model, Program.images, "--limit", "1"],
        ["stats", model, Program.images, "--limit", "1", "--output", output],
        ["bench", model, "--brief", "--seconds", "0.01"],
        ["taps", model, "--input", "/nowhere", "--output", output],
        ["keypoints", model, Program.images, "--output", output + ".csv"],
        ["info", model], ["info", model, "--plan"],
      ]
      for command in commands {
        let errors = try Program.run(command).errors
        let warnings = errors.split(separator: "\n").filter { $0.hasPrefix("warning: ") }
        #expect(warnings.count == 1, "\(command[0]): \(errors)")
        #expect(warnings.first?.contains("damaged.bin: tensor") == true, "\(command[0]): \(errors)")
      }
    }
  }
}
