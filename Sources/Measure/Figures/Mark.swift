import Networks
import Statistics

/// Something that a user keeps to come back to: the same in every variant that has it.
public enum Mark: Sendable, Hashable, Codable {
  case site(SitePlace)
  /// A part of a site's scatter.
  case region(SitePlace, PairRegion)
  /// An image, by its place in the source's order.
  case image(Int)

  /// Where it is; nil for an image.
  package var place: SitePlace? {
    switch self {
    case .site(let place), .region(let place, _): place
    case .image: nil
    }
  }

  /// The word for it.
  package var kind: String {
    switch self {
    case .site: "site"
    case .region: "region"
    case .image: "image"
    }
  }
}

extension [Mark] {
  /// `marks`: what was kept, in that order. What a kind of mark does not have is left empty.
  public func table(_ names: SourceNames?) -> Table {
    var table = Table(
      name: "marks", columns: ["kind", "block", "site", "x_lower", "x_upper", "y_lower", "y_upper", "image"])
    for mark in self {
      var region: PairRegion?
      var image: Int?
      if case .region(_, let own) = mark { region = own }
      if case .image(let ordinal) = mark { image = ordinal }
      func end(_ value: Float??) -> Table.Cell { .optional((value ?? nil).map(Double.init)) }
      table.append([
        .text(mark.kind), .optional(mark.place?.block), .optional(mark.place?.site), end(region?.x.lower),
        end(region?.x.upper), end(region?.y.lower), end(region?.y.upper),
        .optional(image.map { ordinal in names.map { $0.image(ordinal) } ?? String(ordinal) }),
      ])
    }
    return table
  }
}
