/// Images per second over the last few seconds of work, from counts read now and then.
///
/// Time is passed in as seconds on any steady clock, so the meter is a plain value.
public struct RateMeter: Sendable, Equatable {
  /// Seconds of work that the rate looks back on.
  public let window: Double
  private var readings: [(time: Double, done: Int)] = []

  /// A meter that looks back over `window` seconds.
  public init(window: Double = 3) { self.window = window }

  /// Notes that `done` images were through at `time`.
  public mutating func record(done: Int, at time: Double) {
    if let last = readings.last, last.done == done, last.time >= time { return }
    readings.append((time, done))
    // One reading older than the window stays, so that the rate always spans it.
    while readings.count > 2, readings[1].time <= time - window { readings.removeFirst() }
  }

  /// Forgets what was read: work was paused.
  public mutating func reset() { readings.removeAll() }

  /// Images per second; nil before two readings that are a tenth of a second apart.
  public var imagesPerSecond: Double? {
    guard let first = readings.first, let last = readings.last, last.time - first.time >= 0.1 else { return nil }
    return Double(last.done - first.done) / (last.time - first.time)
  }

  /// Whether both meters hold the same readings.
  public static func == (left: RateMeter, right: RateMeter) -> Bool {
    left.window == right.window && left.readings.elementsEqual(right.readings, by: ==)
  }
}
