import FoundationEssentials
import PlainText

/// How fast a network ran, and where the time went.
public struct BenchmarkReport: Sendable, Encodable {
  /// One step of the plan, on one thread.
  public struct Step: Sendable, Encodable {
    /// The node that it computes.
    public var node: String
    /// How.
    public var operation: String
    /// Median time for one image.
    public var microseconds: Double
    /// Share of all steps' time, 0...1.
    public var share: Double
    /// Multiply-adds per second over the thread's limit; nil for a step that counts none.
    public var limitShare: Double?
  }

  /// The variant's name.
  public var variant: String
  /// Height, width and channels of the images.
  public var input: [Int]
  /// The kernels' instruction set.
  public var instructionSet: String
  /// Threads, each with an image of its own.
  public var threads: Int
  /// What was counted meanwhile.
  public var taps: String
  /// Images per second on all threads.
  public var imagesPerSecond: Double
  /// Multiply-adds for one image, as the paper counts them.
  public var multiplyAdds: Int
  /// Multiply-adds per second of the same threads doing nothing else.
  public var peak: Double
  /// `multiplyAdds * imagesPerSecond / peak`.
  public var limitShare: Double
  /// The share of the time that static activations would save; nil where all are static.
  public var dynamicShare: Double?
  /// The plan's steps.
  public var steps: [Step]

  /// The report as JSON.
  public var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    // Plain numbers and strings always encode; a division by nothing is all that could be infinite.
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    guard let data = try? encoder.encode(self) else { preconditionFailure("a report encodes") }
    return String(decoding: data, as: UTF8.self)
  }

  /// The report as lines for people.
  public var text: String {
    let size = input.map(String.init).joined(separator: "×")
    let counted = taps == Taps.none.rawValue ? "nothing counted" : "counting: \(taps)"
    var lines = [
      "\(variant) · \(size) · \(instructionSet) · \(threads) \(threads == 1 ? "thread" : "threads") · \(counted)",
      "  \(Decimals.fixed(imagesPerSecond, 0)) images per second, "
        + "\(Decimals.fixed(latency, 3)) ms for one image on one thread",
      "  \(Decimals.fixed(Double(multiplyAdds) / 1e6, 1)) million multiply-adds, "
        + "\(Decimals.percent(limitShare)) of the limit of "
        + "\(Decimals.fixed(peak / 1e9 / Double(threads), 1)) billion per second and thread",
    ]
    if let dynamicShare { lines.append("  Dynamic ReLU takes \(Decimals.percent(dynamicShare)) of the time") }
    let widths = (
      steps.map(\.node.count).max() ?? 0, steps.map(\.operation.count).max() ?? 0
    )
    lines += ["", "  " + padded("step", widths.0) + "  " + padded("", widths.1) + "        µs    share    limit"]
    lines += steps.map { step in
      "  " + padded(step.node, widths.0) + "  " + padded(step.operation, widths.1)
        + Decimals.fixed(step.microseconds, 1, width: 10) + Decimals.percent(step.share, width: 7)
        + (step.limitShare.map { Decimals.percent($0, width: 7) } ?? "")
    }
    return lines.joined(separator: "\n")
  }

  /// Milliseconds from an image's start to its end.
  private var latency: Double { 1000 * Double(threads) / imagesPerSecond }

  private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
