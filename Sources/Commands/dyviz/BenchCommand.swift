import ArgumentParser
import Benchmarking
import Files
import ModelFiles
import Networks
import PlainText

/// `dyviz bench`: how fast a network runs on this machine, and where the time goes.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measure how fast a network runs on this machine, and where the time goes.")

  @Argument(help: "A model file.", completion: .file())
  var model: String

  @Option(help: "The variant to run; by default the first.")
  var variant: String?

  @OptionGroup var input: SizeOptions

  @OptionGroup var layout: LayoutArguments

  @OptionGroup var workers: ThreadOptions

  @OptionGroup var computing: KernelOptions

  @Option(help: "How long to measure.")
  var seconds = 2.0

  @Option(
    help: """
      What to count meanwhile: none, depthwise (every element after depthwise convolutions), lattice (a fixed share at every site), \
      default (as stats does) or exact (every element).
      """)
  var taps = Taps.none

  @Flag(help: "Print images per second alone.")
  var brief = false

  @Flag(help: "Print JSON.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "Instead of measuring, run one preprocessed image (32-bit floats, height x width x channels) and print the logits.",
      valueName: "file"),
    completion: .file())
  var logits: String?

  func validate() throws {
    guard (0.01...3600).contains(seconds) else { throw ValidationError("--seconds must be 0.01 to 3600") }
  }

  func run() throws {
    let benchmark = try benchmark()
    if let logits {
      for logit in benchmark.logits(of: try image(logits, for: benchmark)) { try Console.print("\(logit)") }
    } else if brief {
      try Console.print("\(try benchmark.imagesPerSecond(seconds: seconds))")
    } else {
      let report = try benchmark.report(seconds: seconds)
      try Console.print(json ? report.json : report.text)
    }
  }

  private func benchmark() throws -> Benchmark {
    var options = ReadingOptions.withoutImages(side: input.size)
    options.layout = layout.layout
    return try ChosenModel([model], options, variant: variant).make(size: input.size) { variant in
      try Benchmark(
        variant, size: input.size.map { Extent2D($0) }, threads: workers.count,
        taps: taps, kernels: computing.table())
    }
  }

  /// The floats of a file, as many as an image has.
  private func image(_ path: String, for benchmark: Benchmark) throws -> [Float] {
    let bytes: [UInt8]
    do throws(RegularFile.Failure) {
      let file = try RegularFile(path: PathBytes(path.utf8))
      bytes = try file.read(0..<min(file.size, 4 * benchmark.input.count + 1))
    } catch {
      throw Failure("\(path.escaped): \(error.words)")
    }
    guard bytes.count == 4 * benchmark.input.count else {
      throw Failure(
        "\(path.escaped): an image of \(benchmark.input.text) has \(4 * benchmark.input.count) bytes, but these are "
          + (bytes.count > 4 * benchmark.input.count ? "more" : "\(bytes.count)")
      )
    }
    return stride(from: 0, to: bytes.count, by: 4).map { start in
      Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) })
    }
  }
}

extension Taps: ExpressibleByArgument {}
