/// What is known about a question after some of the images: integers and fixed-point sums alone, so it merges exactly with what other workers,
/// passes and runs found, in any order.
public enum Finding: Sendable, Equatable, Codable {
  /// Answers ``Question/functions``.
  case functions(FunctionsFinding)
  /// Answers ``Question/density(site:)`` and ``Question/channelDensity(site:channel:)``.
  case density(DensityFinding)
  /// Answers ``Question/classification``.
  case classification(ClassificationStatistics)
  /// Answers ``Question/skipped``.
  case skipped(SkippedImages)

  /// What it answers.
  public var question: Question {
    switch self {
    case .functions: .functions
    case .density(let finding): finding.question
    case .classification: .classification
    case .skipped: .skipped
    }
  }

  /// Images that it has seen.
  public var images: Int {
    switch self {
    case .functions(let finding): finding.images
    case .density(let finding): finding.images
    case .classification(let finding): finding.images
    case .skipped(let finding): finding.images.count
    }
  }

  /// Adds what was found on other images.
  ///
  /// - Throws: ``FindingMismatch`` when the other one answers another question or is about another network.
  public mutating func merge(_ other: Finding) throws(FindingMismatch) {
    switch (self, other) {
    case (.functions(var own), .functions(let other)):
      try own.merge(other)
      self = .functions(own)
    case (.density(var own), .density(let other)):
      try own.merge(other)
      self = .density(own)
    case (.classification(var own), .classification(let other)):
      own.merge(other)
      self = .classification(own)
    case (.skipped(var own), .skipped(let other)):
      own.merge(other)
      self = .skipped(own)
    default: throw FindingMismatch("\(question) does not go together with \(other.question)")
    }
  }
}

/// Two findings that cannot be merged.
public struct FindingMismatch: Error, Equatable, CustomStringConvertible {
  /// What differs.
  public let description: String

  init(_ description: String) { self.description = description }
}

/// Slopes, intercepts and what follows from them, at every site of a network.
public struct FunctionsFinding: Sendable, Equatable, Codable {
  /// Every site's statistics, by id.
  public private(set) var sites: [SiteSummary]
  /// Images that went through the whole network.
  public private(set) var images: Int

  init(sites: [SiteSummary], images: Int) {
    self.sites = sites
    self.images = images
  }

  package mutating func merge(_ other: FunctionsFinding) throws(FindingMismatch) {
    guard other.sites.count == sites.count else {
      throw FindingMismatch("a network of \(sites.count) sites and one of \(other.sites.count)")
    }
    // All or nothing: no site is touched before every one is known to fit.
    for (own, other) in zip(sites, other.sites) { try own.check(other) }
    for site in sites.indices { sites[site].merge(other.sites[site]) }
    images += other.images
  }
}

/// How often inputs x and outputs y were seen together, at one site or at one channel of it.
public struct DensityFinding: Sendable, Equatable, Codable {
  /// Which pairs.
  public let question: Question
  /// Share of each image's positions that is taken, 0...1.
  public let share: Double
  /// Images seen.
  public private(set) var images: Int
  /// The pairs in the bins.
  public private(set) var grid: DensityGrid
  /// The pairs in all.
  public private(set) var totals: PairTotals

  init(question: Question, share: Double, images: Int, grid: DensityGrid, totals: PairTotals) {
    self.question = question
    self.share = share
    self.images = images
    self.grid = grid
    self.totals = totals
  }

  package mutating func merge(_ other: DensityFinding) throws(FindingMismatch) {
    guard other.question == question else {
      throw FindingMismatch("\(question) does not go together with \(other.question)")
    }
    guard other.share == share else {
      throw FindingMismatch("\(question): a share of \(share) of the positions and one of \(other.share)")
    }
    images += other.images
    grid.merge(other.grid)
    totals.merge(other.totals)
  }
}

/// The images that were left out.
public struct SkippedImages: Sendable, Equatable, Codable {
  /// In the source's order.
  public private(set) var images: [SkippedImage] = []

  /// None.
  public init() {}

  /// Adds an image.
  public mutating func add(_ image: SkippedImage) {
    let place = images.firstIndex { $0.ordinal > image.ordinal } ?? images.count
    images.insert(image, at: place)
  }

  mutating func merge(_ other: SkippedImages) { images = (images + other.images).sorted { $0.ordinal < $1.ordinal } }
}

/// An image that was left out, and why.
public struct SkippedImage: Sendable, Equatable, Codable {
  /// Its place in the source's order.
  public let ordinal: Int
  /// Its path below the image folder.
  public let path: String
  /// What was wrong with it, without the path.
  public let reason: String

  /// Creates an entry.
  public init(ordinal: Int, path: String, reason: String) {
    self.ordinal = ordinal
    self.path = path
    self.reason = reason
  }
}
