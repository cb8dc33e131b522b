import Networks
import Statistics

/// How far a run is and what it found about the images themselves.
public struct RunProgress: Sendable, Equatable {
  /// Whether workers are at it.
  public enum State: Sendable, Equatable {
    /// Images are streaming.
    case running
    /// Every image is through.
    case done
    /// Saved before the last image; nothing goes on.
    case stopped
    /// Ended by an error, with its text.
    case failed(String)
  }

  /// Whether workers are at it.
  public var state: State
  /// Images through the network.
  public var done: Int
  /// Images in the source, the skipped ones included.
  public var total: Int
  /// Whether ``total`` is known; else it is what came by now.
  public var isTotalKnown = true
  /// Images that could not be read.
  public var skipped: Int
  /// Which images are through, the skipped ones among them; nil where that was not asked, and for a saved run that has
  /// seen all of its images.
  public var seen: ImageSet?
  /// Images per second lately; nil before there is a measure.
  public var imagesPerSecond: Double?
  /// Estimated seconds to the end; nil when unknown or done.
  public var secondsLeft: Double?
  /// Share of labelled images whose first class is right; nil without labels.
  public var top1: Double?
  /// Share of labelled images with the right class among the first five.
  public var top5: Double?
  /// Images through the network whose class is known; nil where that was not asked.
  public var labelled: Int?

  /// Creates a progress; by default nothing is known.
  package init(
    state: State, done: Int = 0, total: Int = 0, skipped: Int = 0, seen: ImageSet? = nil,
    imagesPerSecond: Double? = nil,
    secondsLeft: Double? = nil, top1: Double? = nil, top5: Double? = nil, labelled: Int? = nil
  ) {
    self.state = state
    self.done = done
    self.total = total
    self.skipped = skipped
    self.seen = seen
    self.imagesPerSecond = imagesPerSecond
    self.secondsLeft = secondsLeft
    self.top1 = top1
    self.top5 = top5
    self.labelled = labelled
  }
}

extension RunProgress {
  /// Nothing is known yet: images are being listed.
  public static let waiting = RunProgress(state: .running)

  /// What could not be started.
  public static func failed(_ text: String) -> RunProgress { RunProgress(state: .failed(text)) }
}

extension RunProgress {
  /// Whether every image is through.
  public var isComplete: Bool { done + skipped == total }

  /// How far a pass is that has these images behind it, of so many in all; nobody is at it any more.
  package init(seen: ImageSet, skipped: Int, total: Int) {
    let isComplete = seen.count == total
    self.init(
      state: isComplete ? .done : .stopped, done: seen.count - skipped, total: total, skipped: skipped, seen: seen)
  }

  /// As it would be of the images that are through alone.
  public var ofSeen: RunProgress {
    var progress = self
    progress.total = done + skipped
    return progress
  }

  /// How far two passes over different images are together.
  ///
  /// - Throws: ``FindingMismatch`` where both have seen an image.
  public func merged(with other: RunProgress) throws(FindingMismatch) -> RunProgress {
    if let seen, let theirs = other.seen, !seen.isDisjoint(with: theirs) {
      throw FindingMismatch("images \(seen.intersection(theirs)) are counted twice")
    }
    var progress = self
    progress.done += other.done
    progress.skipped += other.skipped
    progress.total += other.total
    progress.seen = seen.flatMap { own in other.seen.map { own.union($0) } }
    if progress.state == .done || progress.state == .stopped { progress.state = progress.isComplete ? .done : .stopped }
    return progress
  }
}
