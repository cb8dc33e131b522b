import FoundationEssentials
import Images
import KernelInterface

/// How images are streamed through a network.
public struct RunSettings: Sendable {
  /// Worker threads; each takes whole images, a few at a time.
  public var threads: Int
  /// Whether every element is counted at every site, not only at the depthwise ones.
  public var exact: Bool
  /// Whether the first image that cannot be read ends the run.
  public var strict: Bool
  /// Use the first so many images only; nil for all.
  public var limit: Int?
  /// The kernels to compute with.
  public var kernels: KernelTable
  /// What is refused unread.
  public var limits: ImageLimits
  /// Most bytes that the statistics of all workers may take together; half of the machine's memory by default.
  public var statisticsBytes = Int(clamping: ProcessInfo.processInfo.physicalMemory / 2)

  /// Creates settings.
  public init(
    threads: Int, exact: Bool = false, strict: Bool = false, limit: Int? = nil, kernels: KernelTable,
    limits: ImageLimits = ImageLimits()
  ) {
    precondition(threads >= 1, "a run needs a worker")
    self.threads = threads
    self.exact = exact
    self.strict = strict
    self.limit = limit
    self.kernels = kernels
    self.limits = limits
  }
}
