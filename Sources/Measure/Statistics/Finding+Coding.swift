import Networks
import Synchronization

/// The long arrays of findings while these are being encoded or decoded: an archive keeps them as tensors, not as text.
///
/// A coder carries it under ``Swift/CodingUserInfoKey/countArrays``.
public final class CountArrays: Sendable {
  private let storage: Mutex<[[UInt64]]>

  /// Arrays that were read, or none.
  public init(_ arrays: [[UInt64]] = []) { storage = Mutex(arrays) }

  /// All of them.
  public var arrays: [[UInt64]] { storage.withLock { $0 } }

  fileprivate func add(_ array: [UInt64]) -> Int {
    storage.withLock { arrays in
      arrays.append(array)
      return arrays.count - 1
    }
  }
}

extension CodingUserInfoKey {
  /// A coder's ``CountArrays``.
  public static let countArrays = named("dyviz.countArrays")
  /// The sites of the network (`[ActivationSite]`) that decoded findings are about.
  public static let sites = named("dyviz.sites")

  private static func named(_ name: String) -> CodingUserInfoKey {
    guard let key = CodingUserInfoKey(rawValue: name) else { preconditionFailure("\(name) is a key") }
    return key
  }
}

/// An array that goes to the coder's ``CountArrays``; what is encoded is its number there.
struct PackedCounts: Codable {
  let values: [UInt64]

  init(_ values: [UInt64]) { self.values = values }

  init(from decoder: any Decoder) throws {
    let index = try decoder.singleValueContainer().decode(Int.self)
    guard let arrays = (decoder.userInfo[.countArrays] as? CountArrays)?.arrays, arrays.indices.contains(index) else {
      throw decoder.corrupted("there is no array \(index)")
    }
    values = arrays[index]
  }

  func encode(to encoder: any Encoder) throws {
    guard let arrays = encoder.userInfo[.countArrays] as? CountArrays else {
      preconditionFailure("findings are encoded with an array store")
    }
    var container = encoder.singleValueContainer()
    try container.encode(arrays.add(values))
  }
}

extension Decoder {
  /// The sites of the network that the findings are about.
  func sites() throws -> [ActivationSite] {
    guard let sites = userInfo[.sites] as? [ActivationSite] else { throw corrupted("the network is not known") }
    return sites
  }

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
    guard bins.count == filled.count, bins.allSatisfy({ $0 < UInt64(Self.bins * Self.bins) }) else {
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
