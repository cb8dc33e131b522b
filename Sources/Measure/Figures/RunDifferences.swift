import Networks
import Statistics

/// What differs between two runs: every number of both, second minus first. Sites are matched by block and name.
public struct RunDifferences: Sendable {
  /// What the first one is called.
  public let first: String
  /// What the second one is called.
  public let second: String
  /// Images and options that are not the same, by their names in files.
  public let conditions: [(name: String, first: Table.Cell, second: Table.Cell)]
  /// Which side is a part of a run, `A` or `B`, and which part.
  public let parts: [(side: String, words: String)]
  /// The sides whose densities are not known, so that none are compared.
  public let withoutDensities: [String]
  /// Numbers of the whole run: `images`, `top1`, `top5`.
  public let whole: [ValueDifference]
  /// Every site: those of the first side in its order, then those that only the second has.
  public let sites: [SiteDifferences]

  /// Compares two sides.
  public init(_ first: RunSide, _ second: RunSide) {
    (self.first, self.second) = (first.name, second.name)
    conditions = zip(first.conditions.fields, second.conditions.fields).compactMap { one, other in
      one.cell == other.cell ? nil : (one.name, one.cell, other.cell)
    }
    parts = [("A", first.part), ("B", second.part)].compactMap { side, words in words.map { (side, $0) } }
    withoutDensities = [first, second].filter { !$0.hasDensities }.map(\.name)
    whole = [
      ValueDifference("images", Double(first.conditions.images), Double(second.conditions.images), isJudged: false),
      ValueDifference("top1", first.top1, second.top1), ValueDifference("top5", first.top5, second.top5),
    ]
    let comparesDensities = withoutDensities.isEmpty
    var left = Dictionary(second.sites.map { ($0.place, $0) }) { one, _ in one }
    var found = first.sites.map { site in
      SiteDifferences(site, left.removeValue(forKey: site.place), comparesDensities: comparesDensities)
    }
    for site in second.sites {
      guard let lone = left.removeValue(forKey: site.place) else { continue }
      found.append(SiteDifferences(nil, lone, comparesDensities: comparesDensities))
    }
    sites = found
  }

  /// Everything that is compared, with the site it is of; nil for the whole run.
  public var values: [(site: SiteDifferences?, value: ValueDifference)] {
    whole.map { (nil, $0) } + sites.flatMap { site in site.values.map { (site, $0) } }
  }

  /// Sites that only one side has.
  public var withoutPartner: [SiteDifferences] { sites.filter { !$0.isMatched } }

  /// The values that are further apart than `tolerance`.
  public func values(beyond tolerance: Double) -> [(site: SiteDifferences?, value: ValueDifference)] {
    values.filter { $0.value.distance.map { $0 > tolerance } ?? false }
  }

  /// Whether all is within a tolerance: no value of ``ValueDifference/distance`` above it, and no site without a
  /// partner.
  public func isWithin(_ tolerance: Double) -> Bool {
    withoutPartner.isEmpty && values(beyond: tolerance).isEmpty
  }
}

/// The differences at one site.
public struct SiteDifferences: Sendable {
  /// Block and name.
  public let place: SitePlace
  /// The activation's name in the first side's model file; nil where that side has no such site.
  public let firstNode: String?
  /// In the second's.
  public let secondNode: String?
  /// Every measure, the slopes' and intercepts' means, and the distance between the densities (`density`).
  public let values: [ValueDifference]

  /// Whether both sides have the site.
  public var isMatched: Bool { firstNode != nil && secondNode != nil }

  fileprivate init(_ first: SiteSide?, _ second: SiteSide?, comparesDensities: Bool) {
    guard let either = first ?? second else { preconditionFailure("a site is of one side at least") }
    place = either.place
    (firstNode, secondNode) = (first?.node, second?.node)
    var names = (first?.quantities ?? []).map(\.name)
    for quantity in second?.quantities ?? [] where !names.contains(quantity.name) { names.append(quantity.name) }
    values =
      names.map { ValueDifference($0, first?[$0], second?[$0]) }
      + [comparesDensities ? .density(first?.density, second?.density) : .density(nil, nil)]
  }
}

extension SiteSide {
  fileprivate subscript(name: String) -> Double? { quantities.first { $0.name == name }?.value }
}

/// One number on both sides.
public struct ValueDifference: Sendable, Equatable {
  /// Its name in files.
  public let name: String
  /// The first side's; nil where it is not known there.
  public let first: Double?
  /// The second side's.
  public let second: Double?
  /// Second minus first; of densities their total variation distance, 0...1. Nil where a side has none.
  public let difference: Double?
  /// How far apart the sides are: |difference|; infinite where one alone has the number. Nil where neither has it, and
  /// for what is told but not judged.
  public let distance: Double?

  init(_ name: String, _ first: Double?, _ second: Double?, isJudged: Bool = true) {
    self.name = name
    (self.first, self.second) = (first, second)
    difference = first.flatMap { first in second.map { $0 - first } }
    let isLone = (first == nil) != (second == nil)
    distance = isJudged ? difference.map(\.magnitude) ?? (isLone ? .infinity : nil) : nil
  }

  private init(_ name: String, difference: Double?, distance: Double?) {
    self.name = name
    (first, second) = (nil, nil)
    self.difference = difference
    self.distance = distance
  }

  /// The distance between two densities; one without pairs is as good as none.
  fileprivate static func density(_ first: DensityGrid?, _ second: DensityGrid?) -> Self {
    let apart = first.flatMap { first in second.flatMap { first.totalVariation(to: $0) } }
    let isLone = ((first?.total ?? 0) > 0) != ((second?.total ?? 0) > 0)
    return Self("density", difference: apart, distance: apart ?? (isLone ? .infinity : nil))
  }
}

extension RunSide.Conditions {
  /// By their names in `summary.json`.
  fileprivate var fields: [(name: String, cell: Table.Cell)] {
    [
      ("images", .integer(images)), ("skipped", .integer(skipped)), ("labelled", .integer(labelled)),
      ("exact", .optional(isExact.map(String.init))),
    ]
  }
}
