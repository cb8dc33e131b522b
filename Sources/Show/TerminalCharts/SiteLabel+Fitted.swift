import Figures
import Terminal

extension SiteLabel {
  /// The line in so many columns at most. A block's name loses its beginning first, since its end tells blocks apart;
  /// then it goes, then the role, then details, and at last the site's name loses its beginning.
  package func fitted(columns: Int) -> String {
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
}
