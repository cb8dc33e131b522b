import ArgumentParser
import Streaming

/// How images are streamed, for commands that look at many.
struct StreamOptions: ParsableArguments {
  @OptionGroup var workers: ThreadOptions

  @OptionGroup var computing: KernelOptions

  @Option(help: "Use the first N images only.")
  var limit: Int?

  @Flag(help: "End with an error at the first image that cannot be read, instead of skipping it.")
  var strict = false

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit must be at least 1") }
  }

  /// Whether none of them was given.
  var isDefault: Bool { workers.threads == nil && computing.instructionSet == nil && limit == nil && !strict }

  /// The same for a run; `exact` counts every element.
  func settings(exact: Bool = false) throws -> RunSettings {
    RunSettings(threads: workers.count, exact: exact, strict: strict, limit: limit, kernels: try computing.table())
  }
}

/// How images are streamed and counted.
struct CountingOptions: ParsableArguments {
  @OptionGroup var stream: StreamOptions

  @Flag(help: "Count every element at every site; by default all at the depthwise sites and a fixed share elsewhere.")
  var exact = false

  /// Whether none of them was given.
  var isDefault: Bool { stream.isDefault && !exact }

  /// The same for a run.
  func settings() throws -> RunSettings { try stream.settings(exact: exact) }
}
