import Foundation

/// What a finished program left behind.
struct Outcome {
  var status: Int32
  var output: String
  var errors: String
}

/// The built `dyviz` and the sample beside it.
enum Program {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let executable = root.appending(path: ".build/release/dyviz").path
  static let model = root.appending(path: "sample-weights/model.bin").path
  static let images = root.appending(path: "sample-images").path

  /// Runs dyviz without a terminal.
  static func run(_ arguments: [String]) throws -> Outcome {
    try run(executable, arguments)
  }

  /// Runs a shell line; `$DYVIZ`, `$MODEL` and `$IMAGES` name the program and the sample.
  static func shell(_ line: String) throws -> Outcome {
    try run("/bin/bash", ["-c", line])
  }

  private static func run(_ path: String, _ arguments: [String]) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(filePath: Launcher.path)
    process.arguments = Launcher.arguments(path, arguments)
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["DYVIZ": executable, "MODEL": model, "IMAGES": images, "LC_ALL": "C.UTF-8"]) { $1 }
    // Files rather than pipes: a full pipe that nobody reads would stop the program.
    return try withTemporaryFolder { folder in
      let outputPath = folder.appending(path: "output")
      let errorPath = folder.appending(path: "errors")
      for path in [outputPath, errorPath] { try Data().write(to: path) }
      let output = try FileHandle(forWritingTo: outputPath)
      let errors = try FileHandle(forWritingTo: errorPath)
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = output
      process.standardError = errors
      try process.run()
      process.waitUntilExit()
      try output.close()
      try errors.close()
      // A signal is told as the shell tells it.
      let status =
        process.terminationReason == .uncaughtSignal ? 128 + process.terminationStatus : process.terminationStatus
      return Outcome(
        status: status, output: String(decoding: try Data(contentsOf: outputPath), as: UTF8.self),
        errors: String(decoding: try Data(contentsOf: errorPath), as: UTF8.self))
    }
  }
}

/// A folder that is gone afterwards.
func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: "dyviz-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}
