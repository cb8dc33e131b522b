import ArgumentParser
import FoundationEssentials
import Networks

/// `--threads`, for commands that run networks on all cores.
struct ThreadOptions: ParsableArguments {
  @Option(help: "Worker threads; by default one for each processor.")
  var threads: Int?

  /// How many run.
  var count: Int { threads ?? ProcessInfo.processInfo.activeProcessorCount }

  func validate() throws {
    if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads must be 1 to 1024") }
  }
}

/// `--size`, for commands that run or plan a network for images of another size.
struct SizeOptions: ParsableArguments {
  @Option(help: "Height and width of the images instead of the network's own.")
  var size: Int?

  func validate() throws {
    if let size, !(1...GraphShapes.maximumExtent).contains(size) {
      throw ValidationError("--size must be 1 to \(GraphShapes.maximumExtent)")
    }
  }
}
