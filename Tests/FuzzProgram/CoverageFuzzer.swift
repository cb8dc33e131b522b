#if COVERAGE
  import Foundation
  import Fuzzing

  /// libFuzzer's loop, which lies in the runtime that `-sanitize=fuzzer` links.
  @_silgen_name("LLVMFuzzerRunDriver") private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ body: @convention(c) (UnsafePointer<UInt8>, Int) -> CInt
  ) -> CInt

  /// The same checks, with inputs that libFuzzer makes by what code they reach: `make fuzz-coverage`.
  enum CoverageFuzzer {
    nonisolated(unsafe) private static var kind: (any FuzzKind)?
    nonisolated(unsafe) private static var file = ""

    /// Runs a kind of one file for so many seconds, from inputs of a seed on.
    static func run(_ loop: FuzzLoop, kind: any FuzzKind, seconds: Double, corpus: String, keep: String) throws {
      try FileManager.default.createDirectory(atPath: corpus, withIntermediateDirectories: true)
      for number in 0..<200 {
        let input = loop.input(number)
        unsafe file = input.files[0].name
        try Data(input.files[0].bytes).write(to: URL(filePath: "\(corpus)/\(number)"))
      }
      unsafe self.kind = kind
      let words = [
        "dyviz-fuzz", "-max_total_time=\(Int(seconds))", "-timeout=10", "-rss_limit_mb=4096", "-max_len=300000",
        "-artifact_prefix=\(keep)/coverage-", corpus,
      ]
      var count = CInt(words.count)
      var arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: words.count + 1)
      for (index, word) in words.enumerated() { unsafe arguments[index] = unsafe strdup(word) }
      unsafe arguments[words.count] = nil
      // The words live as long as the process; the loop calls back on this thread.
      let status = unsafe runDriver(&count, &arguments) { start, length in
        let bytes = unsafe [UInt8](UnsafeBufferPointer(start: start, count: length))
        if case .violated(let text)? = unsafe CoverageFuzzer.kind?.verdict(FuzzInput(CoverageFuzzer.file, bytes)) {
          fatalError(text)
        }
        return 0
      }
      if status != 0 { exit(status) }
    }
  }
#endif
