import Networks

/// Which sites a figure shows side by side, as a user asks for them.
public struct SiteSelection: Sendable, Equatable {
  /// Which blocks.
  public enum Blocks: Sendable, Equatable {
    /// Every other block, as in the paper's figure; every block where there are few (``SiteIndex/overview(name:)``).
    case odd
    /// Every block that has the site.
    case all
    /// Those with the numbers.
    case numbers([Int])
  }

  /// Which blocks.
  public var blocks: Blocks
  /// The sites' name in their blocks (`A2`), or one site (`5.A2`, or its node); nil for the one that says most.
  public var site: String?

  /// A selection; by default the paper's.
  public init(blocks: Blocks = .odd, site: String? = nil) {
    self.blocks = blocks
    self.site = site
  }

  /// Why nothing fits a selection, for the user.
  public struct Failure: Error, Equatable, CustomStringConvertible {
    /// What is asked for and what there is.
    public let description: String
  }
}

extension SiteIndex {
  /// The sites of a selection, in the order in which they run.
  package func overview(_ selection: SiteSelection) throws(SiteSelection.Failure) -> Overview {
    guard !sites.isEmpty else { throw SiteSelection.Failure(description: "there is no activation to show") }
    if let text = selection.site, let site = sites.map(\.site).named(text) {
      guard case .odd = selection.blocks else {
        throw SiteSelection.Failure(description: "\(text) is one activation, which goes with no choice of blocks")
      }
      return Overview(sites: sites.filter { $0.site.id == site.id }, name: nil, total: 1, isEveryOther: false)
    }
    if let text = selection.site, !sites.contains(where: { $0.site.place.site == text }) {
      throw SiteSelection.Failure(description: "no activation is called \(text); there are \(names)")
    }
    let wished = selection.site ?? preferredName ?? ""
    switch selection.blocks {
    case .odd where selection.site == nil || recurringName(wished) == wished: return overview(name: wished)
    case .odd, .all: return all(wished, isAsked: selection.site != nil)
    case .numbers(let numbers): return try chosen(numbers, name: wished)
    }
  }

  /// Every site of a name; where none was asked for and names do not recur, those that say most.
  private func all(_ wished: String, isAsked: Bool) -> Overview {
    let name = isAsked ? wished : recurringName(wished)
    let found = name.map { name in sites.filter { $0.site.place.site == name } } ?? mostTelling
    return Overview(sites: found, name: name, total: found.count, isEveryOther: false)
  }

  private func chosen(_ numbers: [Int], name: String) throws(SiteSelection.Failure) -> Overview {
    var found: [SiteFigure] = []
    for number in Set(numbers).sorted() {
      guard let site = sites(in: number).first(where: { $0.site.place.site == name }) else {
        let having = sites.filter { $0.site.place.site == name }.map { String($0.site.place.block) }
        throw SiteSelection.Failure(
          description: "block \(number) has no activation \(name); blocks that do: \(having.joined(separator: ", "))")
      }
      found.append(site)
    }
    return Overview(sites: found, name: name, total: found.count, isEveryOther: false)
  }

  /// The names that sites bear, each once, the commonest kinds of network having few.
  private var names: String {
    var names: [String] = []
    for site in sites where !names.contains(site.site.place.site) { names.append(site.site.place.site) }
    return names.prefix(20).joined(separator: ", ") + (names.count > 20 ? " and \(names.count - 20) more" : "")
  }
}
