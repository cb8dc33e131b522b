import Terminal
import TerminalCharts

/// Where a site stands and what it is, as one line whose less important parts shorten or go where there is no room.
struct PlaceText {
  /// `block 5 of 17`; empty for the stem and what follows the blocks.
  var block: String
  /// What the block is called in the network's code.
  var name: String?
  /// The site's name.
  var site: String
  /// What stands before the site, as `depthwise`.
  var role: String?
  /// Between block, name and site.
  var joint = " · "
  /// Channels, K and what else is said, the less important ones first.
  var details: [String] = []

  /// The line in so many columns at most. A block's name loses its beginning first, since its end tells blocks apart; then it goes, then the
  /// role, then details, and at last the site's name loses its beginning.
  func fitted(columns: Int) -> String {
    var part = self
    if let name, part.text.count > columns {
      let room = name.count - (part.text.count - columns)
      part.name = room >= 6 ? CellText.ending(name, columns: room) : nil
    }
    if part.text.count > columns { part.role = nil }
    while part.text.count > columns, part.details.count > 1 { part.details.removeFirst() }
    if part.text.count > columns {
      part.site = CellText.ending(site, columns: max(4, site.count - (part.text.count - columns)))
    }
    return CellText.fitted(part.text, columns: columns)
  }

  private var text: String {
    let place = [block, name ?? "", site].filter { !$0.isEmpty }.joined(separator: joint)
    return ([place + (role.map { " " + $0 } ?? "")] + details).joined(separator: " · ")
  }
}
