import Networks
import Synchronization

/// The long arrays of findings while these are being encoded or decoded: an archive keeps them as tensors, not as text.
/// Each is called by its place in what is encoded, as `3/finding/grid/bins`.
///
/// A coder carries it under ``Swift/CodingUserInfoKey/findingArrays``.
public final class FindingArrays: Sendable {
  /// One array.
  public enum Values: Sendable, Equatable {
    /// Whole numbers.
    case counts([UInt64])
    /// Floats, bit for bit.
    case floats([Float])
  }

  private let written = Mutex<[(name: String, values: Values)]>([])
  private let prefix: String
  private let read: @Sendable (String) -> Values?

  /// For writing; names begin with `prefix`.
  public init(prefix: String) {
    self.prefix = prefix
    read = { _ in nil }
  }

  /// For reading: `read` has the arrays by their names.
  public init(read: @escaping @Sendable (String) -> Values?) {
    prefix = ""
    self.read = read
  }

  /// What was written, in that order.
  public var arrays: [(name: String, values: Values)] { written.withLock { $0 } }

  fileprivate func add(_ values: Values, at path: [any CodingKey]) -> String {
    let name = prefix + path.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: "/")
    written.withLock { $0.append((name, values)) }
    return name
  }

  fileprivate func values(_ name: String) -> Values? { read(name) }
}

extension CodingUserInfoKey {
  /// A coder's ``FindingArrays``.
  public static let findingArrays = named("dyviz.findingArrays")
  /// The sites of the network (`[ActivationSite]`) that decoded findings are about.
  public static let sites = named("dyviz.sites")

  private static func named(_ name: String) -> CodingUserInfoKey {
    guard let key = CodingUserInfoKey(rawValue: name) else { preconditionFailure("\(name) is a key") }
    return key
  }
}

extension FindingArrays.Values: Codable {
  /// Reads the array whose name stands there.
  public init(from decoder: any Decoder) throws {
    let name = try decoder.singleValueContainer().decode(String.self)
    guard let values = (decoder.userInfo[.findingArrays] as? FindingArrays)?.values(name) else {
      throw decoder.corrupted("there is no array \(name)")
    }
    self = values
  }

  /// Writes the array's name.
  public func encode(to encoder: any Encoder) throws {
    guard let arrays = encoder.userInfo[.findingArrays] as? FindingArrays else {
      preconditionFailure("findings are encoded with a store for their arrays")
    }
    let name = arrays.add(self, at: encoder.codingPath)
    var container = encoder.singleValueContainer()
    try container.encode(name)
  }
}

/// Whole numbers that go to the coder's ``FindingArrays``.
struct PackedCounts: Codable {
  let values: [UInt64]

  init(_ values: [UInt64]) { self.values = values }

  init(from decoder: any Decoder) throws {
    guard case .counts(let counts) = try FindingArrays.Values(from: decoder) else {
      throw decoder.corrupted("an array holds floats where whole numbers are expected")
    }
    values = counts
  }

  func encode(to encoder: any Encoder) throws { try FindingArrays.Values.counts(values).encode(to: encoder) }
}

/// Sums that go to the coder's ``FindingArrays``: four whole numbers each, the lower and upper halves of the sum and of
/// the squares.
struct PackedSums: Codable {
  let sums: [FixedPointSums]

  init(_ sums: [FixedPointSums]) { self.sums = sums }

  init(from decoder: any Decoder) throws {
    let words = try PackedCounts(from: decoder).values
    guard words.count.isMultiple(of: 4) else { throw decoder.corrupted("\(words.count) numbers are no sums") }
    func number(_ place: Int) -> Int128 { Int128(Int64(bitPattern: words[place + 1])) << 64 | Int128(words[place]) }
    sums = stride(from: 0, to: words.count, by: 4).map { FixedPointSums(sum: number($0), squares: number($0 + 2)) }
  }

  func encode(to encoder: any Encoder) throws {
    func halves(_ number: Int128) -> [UInt64] {
      [UInt64(truncatingIfNeeded: number), UInt64(truncatingIfNeeded: number >> 64)]
    }
    try PackedCounts(sums.flatMap { halves($0.sum) + halves($0.squares) }).encode(to: encoder)
  }
}

/// A finding that is read from a file and checked against the coder's sites.
public struct CheckedFinding<Value: Finding>: Decodable {
  /// The finding.
  public let finding: Value

  /// Reads it; refuses what no pass over a network with these sites can have found.
  public init(from decoder: any Decoder) throws {
    finding = try Value(from: decoder)
    do throws(FindingMismatch) {
      try finding.check(decoder.userInfo[.sites] as? [ActivationSite] ?? [])
    } catch {
      throw decoder.corrupted("\(error)")
    }
  }
}

extension Decoder {
  /// An error that says what is wrong with the data.
  func corrupted(_ problem: String) -> DecodingError {
    .dataCorrupted(DecodingError.Context(codingPath: codingPath, debugDescription: problem))
  }
}

extension DensityGrid: Codable {
  private enum Key: CodingKey { case xExponent, yExponent, bins, counts }

  /// Reads exponents, filled bins and their counts; refuses what no grid can be.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let exponents = (
      try container.decode(Int.self, forKey: .xExponent), try container.decode(Int.self, forKey: .yExponent)
    )
    let range = DensityAxis.smallestExponent...DensityAxis.largestExponent
    guard range.contains(exponents.0), range.contains(exponents.1) else {
      throw decoder.corrupted("exponents \(exponents) of a density lie outside \(range)")
    }
    let bins = try container.decode(PackedCounts.self, forKey: .bins).values
    let filled = try container.decode(PackedCounts.self, forKey: .counts).values
    guard bins.count == filled.count, bins.last ?? 0 < UInt64(Self.bins * Self.bins),
      zip(bins, bins.dropFirst()).allSatisfy({ $0 < $1 }), filled.allSatisfy({ $0 > 0 && $0 < 1 << 56 })
    else {
      throw decoder.corrupted("a density has 512 x 512 bins, and a count for each that is filled")
    }
    var counts = [UInt64](repeating: 0, count: Self.bins * Self.bins)
    for (bin, count) in zip(bins, filled) { counts[Int(bin)] = count }
    self.init(xExponent: exponents.0, yExponent: exponents.1, counts: counts)
  }

  /// Writes exponents, filled bins and their counts.
  public func encode(to encoder: any Encoder) throws {
    let filled = counts.indices.filter { counts[$0] > 0 }
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(xExponent, forKey: .xExponent)
    try container.encode(yExponent, forKey: .yExponent)
    try container.encode(PackedCounts(filled.map(UInt64.init)), forKey: .bins)
    try container.encode(PackedCounts(filled.map { counts[$0] }), forKey: .counts)
  }
}

extension SiteSummary: Codable {
  private enum Key: CodingKey { case id, site, share, coefficients, pairs, finishedImages }

  /// What must be the same for two sites to be one: its node, place, shape and activation.
  private static func identity(of site: ActivationSite) -> String {
    let (place, activation) = (site.place, site.activation)
    return "\(site.node) \(place.block) \(place.site) \(site.shape.text) \(activation.kind) \(activation.functions) "
      + activation.sharing.rawValue
  }

  /// Reads a summary of one of the coder's sites.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let id = try container.decode(Int.self, forKey: .id)
    guard let sites = decoder.userInfo[.sites] as? [ActivationSite], sites.indices.contains(id) else {
      throw decoder.corrupted("the network has no site \(id)")
    }
    let identity = try container.decode(String.self, forKey: .site)
    guard identity == Self.identity(of: sites[id]) else {
      throw decoder.corrupted("site \(id) is \(Self.identity(of: sites[id])), but the findings are of \(identity)")
    }
    self.init(site: sites[id], share: try container.decode(Double.self, forKey: .share))
    let empty = coefficients
    coefficients = try container.decode(CoefficientStatistics.self, forKey: .coefficients)
    guard coefficients.segments == empty.segments, coefficients.channels == empty.channels,
      coefficients.isConsistent
    else {
      throw decoder.corrupted("site \(id) has other functions or channels")
    }
    pairs = try container.decode(PairTotals.self, forKey: .pairs)
    finish(images: try container.decode(Int.self, forKey: .finishedImages))
  }

  /// Writes the summary, the site by its id and what it is.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(site.id, forKey: .id)
    try container.encode(Self.identity(of: site), forKey: .site)
    try container.encode(share, forKey: .share)
    try container.encode(coefficients, forKey: .coefficients)
    try container.encode(pairs, forKey: .pairs)
    try container.encode(finishedImages, forKey: .finishedImages)
  }
}
