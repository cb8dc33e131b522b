import Networks

/// One site's slopes by class of image: sums for each class, channel and segment, of every `step`-th coefficient
/// channel. Merges exactly.
public struct SlopeClasses: Sendable, Equatable {
  /// The site's id.
  public let site: Int
  /// K.
  public let segments: Int
  /// Channels with coefficients of their own.
  public let channels: Int
  /// Every so many of them is taken, from the first on.
  public let step: Int
  /// Images seen, by class.
  public private(set) var images: [UInt64]
  /// Sums of slopes in units, `[class][segment][taken channel]`.
  private var sums: [Int64]
  /// Sums over all classes, `[segment][taken channel]`.
  private var totals: [FixedPointSums]
  /// Functions left out, by class and taken channel.
  private var leftOut: [Int: UInt64] = [:]

  /// Nothing seen.
  init(_ site: ActivationSite, classes: Int, step: Int) {
    self.site = site.id
    segments = site.activation.functions
    channels = site.coefficientChannels
    self.step = step
    let taken = Self.taken(of: channels, step: step)
    images = Array(repeating: 0, count: classes)
    sums = Array(repeating: 0, count: classes * segments * taken)
    totals = Array(repeating: FixedPointSums(), count: segments * taken)
  }

  /// How many channels a step takes.
  static func taken(of channels: Int, step: Int) -> Int { (channels + step - 1) / step }

  /// How many channels are taken.
  public var taken: Int { Self.taken(of: channels, step: step) }

  /// Adds an image of a class.
  mutating func add(_ coefficients: ActivationCoefficients, label: Int) {
    precondition(coefficients.functions == segments && coefficients.channels == channels, "another site's coefficients")
    precondition(images.indices.contains(label), "the label is not one of the classes")
    images[label] += 1
    let taken = taken
    for place in 0..<taken {
      let channel = place * step
      guard coefficients.isUsable(channel) else {
        leftOut[label * taken + place, default: 0] += 1
        continue
      }
      for segment in 0..<segments {
        let slope = coefficients.slopes[segment * coefficients.stride + channel]
        sums[(label * segments + segment) * taken + place] += FixedPoint.units(slope)
        totals[segment * taken + place].add(slope)
      }
    }
  }

  /// Adds other images.
  mutating func merge(_ other: SlopeClasses) {
    for index in images.indices { images[index] += other.images[index] }
    for index in sums.indices { sums[index] &+= other.sums[index] }
    for index in totals.indices { totals[index].merge(other.totals[index]) }
    leftOut.merge(other.leftOut, uniquingKeysWith: +)
  }

  /// Whether another one is of the same site, taken in the same way.
  func fits(_ other: SlopeClasses) -> Bool {
    site == other.site && segments == other.segments && channels == other.channels && step == other.step
      && images.count == other.images.count
  }

  /// η² over all taken channels: the share of the slopes' variance over images that lies between the classes, 0...1;
  /// nil where slopes have no variance.
  public var share: Double? { share(of: 0..<taken) }

  /// The same of one channel; nil for one that is not taken, too.
  public func share(channel: Int) -> Double? {
    guard channel >= 0, channel < channels, channel % step == 0 else { return nil }
    return share(of: channel / step..<channel / step + 1)
  }

  private func share(of places: Range<Int>) -> Double? {
    var (between, total) = (0.0, 0.0)
    for place in places {
      let counts = images.indices.map { Int128(images[$0] - (leftOut[$0 * taken + place] ?? 0)) }
      for segment in 0..<segments {
        let squares = squares(counts, segment, place)
        between += squares.between
        total += squares.total
      }
    }
    return total > 0 ? min(1, between / total) : nil
  }

  /// Sums of squared distances, in squared units: of the class means to the mean (one for each image), and of the
  /// slopes to the mean.
  ///
  /// All distances are taken to the integer next to the mean first, in integers, so that nothing cancels.
  private func squares(_ counts: [Int128], _ segment: Int, _ place: Int) -> (between: Double, total: Double) {
    let n = counts.reduce(0, +)
    guard n > 0 else { return (0, 0) }
    let whole = totals[segment * taken + place]
    let (centre, rest) = whole.sum.quotientAndRemainder(dividingBy: n)
    let correction = Double(rest) * Double(rest) / Double(n)
    var between = 0.0
    for (label, count) in counts.enumerated() where count > 0 {
      let distance = Double(Int128(sums[(label * segments + segment) * taken + place]) &- centre &* count)
      between += distance * distance / Double(count)
    }
    let total = whole.squares &- 2 &* centre &* whole.sum &+ n &* centre &* centre
    return (max(0, between - correction), max(0, Double(total) - correction))
  }
}

extension SlopeClasses: Codable {
  private enum Key: CodingKey { case site, segments, channels, step, images, sums, totals, leftOut }

  /// Reads sums; refuses what none can be.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    site = try container.decode(Int.self, forKey: .site)
    segments = try container.decode(Int.self, forKey: .segments)
    channels = try container.decode(Int.self, forKey: .channels)
    step = try container.decode(Int.self, forKey: .step)
    images = try container.decode(PackedCounts.self, forKey: .images).values
    sums = try container.decode(PackedCounts.self, forKey: .sums).values.map { Int64(bitPattern: $0) }
    totals = try container.decode(PackedSums.self, forKey: .totals).sums
    leftOut = try container.decode([Int: UInt64].self, forKey: .leftOut)
    guard (1...16).contains(segments), (1...1 << 24).contains(channels), (1...1 << 24).contains(step) else {
      throw decoder.corrupted("slopes of \(segments) functions in every \(step). of \(channels) channels")
    }
    let taken = Self.taken(of: channels, step: step)
    guard sums.count == images.count * segments * taken, totals.count == segments * taken,
      images.allSatisfy({ $0 < 1 << 31 }),
      leftOut.allSatisfy({ (0..<images.count * taken).contains($0.key) && $0.value <= images[$0.key / taken] })
    else { throw decoder.corrupted("\(sums.count) sums of slopes of \(images.count) classes in \(taken) channels") }
  }

  /// Writes the sums.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(site, forKey: .site)
    try container.encode(segments, forKey: .segments)
    try container.encode(channels, forKey: .channels)
    try container.encode(step, forKey: .step)
    try container.encode(PackedCounts(images), forKey: .images)
    try container.encode(PackedCounts(sums.map { UInt64(bitPattern: $0) }), forKey: .sums)
    try container.encode(PackedSums(totals), forKey: .totals)
    try container.encode(leftOut, forKey: .leftOut)
  }
}
