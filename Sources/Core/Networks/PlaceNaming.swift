/// Where activations stand, by the paths of a network's modules: the one place that names blocks and sites for readers
/// of files that do not say it.
///
/// A block is the innermost numbered part of the network that has at least two layers (`layer1.0`); blocks count from 1
/// as they come. What stands before the first has block 0, what follows the last has the next number, and what lies
/// between belongs to the block before it.
package struct PlaceNaming {
  /// Convolutions and fully connected layers inside each module, by its path.
  private var layerCounts: [String: Int] = [:]
  /// Paths of modules that are one activation with its hyper function: no blocks, whatever layers they hold.
  private let activationModules: Set<String>

  /// Longest name of a site.
  package static let siteLimit = 32

  /// `layers` are the paths of convolutions and fully connected layers.
  package init(layers: [String], activationModules: Set<String>) {
    self.activationModules = activationModules
    for layer in layers {
      var parts = layer.split(separator: ".").dropLast()
      while !parts.isEmpty {
        layerCounts[parts.joined(separator: "."), default: 0] += 1
        parts = parts.dropLast()
      }
    }
  }

  /// The places of activations in the order in which they run, each by its node's name and its module's path.
  package func places(
    _ activations: [(name: String, path: String)]
  ) -> [(place: SitePlace, blockName: String?)] {
    let blocks = activations.map { block(surroundings($0.path)) }
    var numbers: [String: Int] = [:]
    for case let block? in blocks where numbers[block] == nil { numbers[block] = numbers.count + 1 }
    let last = blocks.lastIndex { $0 != nil } ?? -1
    var current = 0
    var taken: Set<SitePlace> = []
    return activations.indices.map { index in
      var name = activations[index].name
      if let block = blocks[index] {
        current = numbers[block] ?? 0
        if name.hasPrefix(block + ".") { name = String(name.dropFirst(block.count + 1)) }
      } else if index > last, !numbers.isEmpty {
        current = numbers.count + 1
      }
      return (Self.unique(name, block: current, &taken), blocks[index])
    }
  }

  /// The end of a name, with a number where the place is taken.
  private static func unique(_ name: String, block: Int, _ taken: inout Set<SitePlace>) -> SitePlace {
    func site(_ suffix: String) -> SitePlace {
      let end = name.suffix(siteLimit - suffix.count).drop { $0 == "." }
      return SitePlace(block: block, site: (end.isEmpty ? "act" : end) + suffix)
    }
    var (place, number) = (site(""), 1)
    while !taken.insert(place).inserted {
      number += 1
      place = site("~\(number)")
    }
    return place
  }

  /// The path within which the block of something at `path` lies.
  private func surroundings(_ path: String) -> String {
    let inside = activationModules.filter { path == $0 || path.hasPrefix($0 + ".") }
    guard let own = inside.min(by: { $0.count < $1.count }) else { return path }
    return own.split(separator: ".").dropLast().joined(separator: ".")
  }

  /// The block's name, nil for what is in none.
  private func block(_ path: String) -> String? {
    let parts = path.split(separator: ".")
    let prefixes = parts.indices.map { parts[...$0].joined(separator: ".") }
    let counts = prefixes.map { layerCounts[$0] ?? 0 }
    func isNumber(_ part: Substring) -> Bool { part.allSatisfy(\.isASCIIDigit) }
    func endsInNumber(_ part: Substring) -> Bool {
      part.last?.isASCIIDigit == true && part.first?.isASCIIDigit == false
    }
    let rules: [(fits: (Substring) -> Bool, least: Int)] = [(isNumber, 2), (endsInNumber, 2), (isNumber, 1)]
    for rule in rules {
      for index in parts.indices.reversed() where rule.fits(parts[index]) && counts[index] >= rule.least {
        return prefixes[index]
      }
    }
    return nil
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
