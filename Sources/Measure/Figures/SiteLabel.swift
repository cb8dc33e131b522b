import Networks

/// Where a site stands and what it is, in parts that a title can shorten one by one.
package struct SiteLabel: Sendable, Equatable {
  /// `block 5 of 17`; empty for the stem and what follows the blocks.
  package var block: String
  /// What the block is called in the network's code.
  package var name: String?
  /// The site's name.
  package var site: String
  /// What stands before the site, as `depthwise`.
  package var role: String?
  /// Between block, name and site.
  package var joint = " · "
  /// Channels, K and what else is said, the less important ones first.
  package var details: [String] = []

  /// All in one line.
  package var text: String {
    let place = [block, name ?? "", site].filter { !$0.isEmpty }.joined(separator: joint)
    return ([place + (role.map { " " + $0 } ?? "")] + details).joined(separator: " · ")
  }
}

extension SiteIndex {
  /// `block 5 of 17 · layer2.0 · A2` with ` of ` as the separator before the number of blocks, `block 5 · layer2.0 ·
  /// A2` without one; the name alone for a stem and a last convolution, which stand apart from the blocks.
  package func label(of site: ActivationSite, separator: String? = nil) -> SiteLabel {
    let place = site.place
    let isApart = standsApart(place.block)
    let total = isApart ? nil : numberedBlocks.last.flatMap { last in separator.map { $0 + String(last) } }
    let isNamedSo = isApart && ["stem", "last"].contains(place.site)
    return SiteLabel(
      block: isNamedSo ? "" : "block \(place.block)" + (total ?? ""), name: site.activation.blockName, site: place.site)
  }
}
