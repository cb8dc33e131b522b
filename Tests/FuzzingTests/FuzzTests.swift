import Foundation
import Fuzzing
import Processes
import Testing

/// A short share of `make fuzz`: the same inputs every time, in processes of their own, so that a crash is told with
/// the input that it comes from.
@Suite(.serialized) struct FuzzTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  private static let program = root.appending(path: ".build/release/dyviz-fuzz").path

  /// Runs the program and returns how it ended and what it said.
  private func run(_ arguments: [String]) throws -> (ending: ProcessEnding?, text: String) {
    let folder = FileManager.default.temporaryDirectory.appending(path: "dyviz-fuzzing-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let output = folder.appending(path: "output")
    try Data().write(to: output)
    let file = try FileHandle(forWritingTo: output)
    let process = try SpawnedProcess(
      Self.program, arguments + ["--keep", Self.root.appending(path: ".build/fuzz").path],
      output: file.fileDescriptor, errors: output.path)
    let ending = process.wait(atMost: 300)
    return (ending, try String(contentsOf: output, encoding: .utf8))
  }

  @Test(
    "Changed files and random keys are read or refused, in little time and memory",
    arguments: [
      ("models", 1500), ("onnx", 1500), ("images", 1500), ("taps", 1500), ("runs", 600), ("exports", 400),
      ("labels", 1000), ("sources", 600),
      ("screens", 20), ("terminal", 6),
    ])
  func share(kind: String, inputs: Int) throws {
    let (ending, text) = try run(["--kinds", kind, "--seed", "2026", "--inputs", "\(inputs)"])
    #expect(ending == .status(0), "\(text)")
    // Inputs that are all refused, or all read, try little.
    #expect(text.contains("\(kind): \(inputs) inputs, ") && !text.contains(", 0 read"), "\(text)")
  }

  @Test("Traps, hangs, violations, time and memory are told with seed, number and input")
  func faults() throws {
    let (ending, text) = try run(["--kinds", "faults", "--seed", "101", "--inputs", "6", "--patience", "2"])
    #expect(ending == .status(1), "\(text)")
    for words in ["a violation on purpose", "a trap on purpose", "s of processor time", "MiB of memory", "nothing for"]
    {
      #expect(text.contains(words), "\(words): \(text)")
    }
    #expect(text.contains("seed 101, number ") && text.contains("/dyviz-fuzz --kinds faults --seed 101 --number "))
  }
}
