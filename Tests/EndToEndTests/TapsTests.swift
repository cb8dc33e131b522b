import Foundation
import Testing

@Suite struct TapsTests {
  /// A safetensors file with one tensor of zeros.
  private func archive(_ name: String, _ shape: [Int]) -> Data {
    let bytes = 4 * shape.reduce(1, *)
    let header = "{\"\(name)\":{\"dtype\":\"F32\",\"shape\":\(shape),\"data_offsets\":[0,\(bytes)]}}"
    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) }
    return Data(length) + Data(header.utf8) + Data(count: bytes)
  }

  @Test("taps of an ONNX file give the output that is asked for")
  func chosenOutput() throws {
    let model = Program.root.appending(path: "Tests/Golden/onnx/residual.script.onnx").path
    try withTemporaryFolder { folder in
      let (file, output) = (folder.appending(path: "in.safetensors"), folder.appending(path: "out.safetensors"))
      try archive("input", [1, 3, 12, 10]).write(to: file)
      let taps = ["taps", model, "--input", file.path, "--output", output.path]
      let wrong = try Program.run(taps + ["--logits", "nothing"])
      #expect(wrong.status == 1 && wrong.errors.contains("has no output \"nothing\" (--logits)"), "\(wrong.errors)")
      let right = try Program.run(taps + ["--logits", "/layers/layers.0/Relu_output_0", "--layout", "nchw"])
      #expect(right.status == 0, "\(right.errors)")
      #expect(try header(output)["output"]?["shape"] as? [Int] == [1, 8, 3, 3])
      let layout = try Program.run(taps + ["--layout", "chw"])
      #expect(layout.status == 64 && layout.errors.contains("chw"), "\(layout.errors)")
    }
  }

  private func header(_ file: URL) throws -> [String: [String: Any]] {
    let bytes = try Data(contentsOf: file)
    let length = (0..<8).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
    return try #require(try JSONSerialization.jsonObject(with: bytes[8..<8 + length]) as? [String: [String: Any]])
  }

  private func run(_ input: Data, in folder: URL, output: String) throws -> Outcome {
    let file = folder.appending(path: "in.safetensors")
    try input.write(to: file)
    return try Program.run(
      ["taps", Program.model, "--variant", "dyrelu-c", "--input", file.path, "--output", output])
  }

  @Test("taps writes the output and the taps of every activation")
  func tensors() throws {
    try withTemporaryFolder { folder in
      let output = folder.appending(path: "out.safetensors")
      let outcome = try run(archive("input", [2, 3, 64, 64]), in: folder, output: output.path)
      #expect(outcome.status == 0 && outcome.output.isEmpty && outcome.errors.isEmpty, "\(outcome.errors)")
      let header = try header(output)
      func shape(_ name: String) -> [Int]? { header[name]?["shape"] as? [Int] }
      #expect(shape("output") == [2, 10])
      #expect(shape("x/stem.act") == [2, 16, 32, 32] && shape("y/stem.act") == [2, 16, 32, 32])
      #expect(shape("slopes/stem.act") == [2, 2, 16] && shape("intercepts/stem.act") == [2, 2, 16])
      #expect(shape("attention/stem.act") == [2, 32, 32])
    }
  }

  @Test("taps refuses another shape, a file without input, and an output that is no file")
  func refusals() throws {
    try withTemporaryFolder { folder in
      let output = folder.appending(path: "out.safetensors").path
      let shape = try run(archive("input", [1, 1, 64, 64]), in: folder, output: output)
      #expect(shape.status == 1 && shape.errors.contains("expected shape [3, 64, 64]"))
      let name = try run(archive("image", [1, 3, 64, 64]), in: folder, output: output)
      #expect(name.status == 1 && name.errors.contains("holds no tensor \"input\""))
      let device = try run(archive("input", [1, 3, 64, 64]), in: folder, output: "/dev/null")
      #expect(device.status == 1 && device.errors.contains("a device of that name is in the way"))
      #expect(!FileManager.default.fileExists(atPath: output))
    }
  }
}
