import Figures
import FoundationEssentials
import Images
import KernelInterface
import Networks

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
  /// Use a fixed share of these images only; nil for all.
  public var share: Share?
  /// The kernels to compute with.
  public var kernels: KernelTable
  /// What is refused unread.
  public var limits: ImageLimits
  /// Most bytes that the statistics of all workers may take together; half of the machine's memory by default.
  public var statisticsBytes = Int(clamping: ProcessInfo.processInfo.physicalMemory / 2)

  /// Creates settings.
  public init(
    threads: Int, exact: Bool = false, strict: Bool = false, limit: Int? = nil, share: Share? = nil,
    kernels: KernelTable,
    limits: ImageLimits = ImageLimits()
  ) {
    precondition(threads >= 1, "a run needs a worker")
    self.threads = threads
    self.exact = exact
    self.strict = strict
    self.limit = limit
    self.share = share
    self.kernels = kernels
    self.limits = limits
  }
}

extension RunSettings {
  /// The places of the images, of a source of so many, that a run is over: the share of the first ones.
  public func images(of total: Int) -> Range<Int> {
    let limited = min(total, limit ?? .max)
    return share?.range(of: limited) ?? 0..<limited
  }

  /// The places of the images that a run knows the names of, and can be asked about: those that it is over; in the last
  /// share, and without shares, also those behind the first ones.
  public func known(of total: Int) -> Range<Int> {
    let own = images(of: total)
    return own.lowerBound..<(share.map { $0.index + 1 < $0.count } ?? false ? own.upperBound : total)
  }

  /// Which part of a whole run over a source of so many images a run is; nil for the whole.
  public func part(of total: Int) -> RunPart? { RunPart(share, total: min(total, limit ?? .max)) }
}
