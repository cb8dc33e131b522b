import Networks
import PlainText

/// Turns the keys of nodes that move, sample and pool whole maps into their options; docs/model-format.md describes
/// every key.
enum MapDecoder {
  private static let extents = 1...GraphShapes.maximumExtent
  private static let indices = -1...GraphShapes.maximumExtent - 1
  private static let factors = 1...64

  static func upsampling(_ fields: inout Fields) throws(Problem) -> Upsampling {
    let isSized = fields.contains("size")
    let sides =
      try isSized ? fields.integers("size", count: 2, in: extents) : fields.integers("factor", count: 2, in: factors)
    let extent = Extent2D(height: sides[0], width: sides[1])
    let step = isSized && fields.contains("step") ? try fields.floats("step", count: 2) : nil
    let offset = isSized && fields.contains("offset") ? try fields.floats("offset", count: 2) : nil
    return Upsampling(
      isSized ? .size(extent) : .factor(extent), step: step.map { .init(vertical: $0[0], horizontal: $0[1]) },
      offset: offset.map { .init(vertical: $0[0], horizontal: $0[1]) },
      interpolation: try interpolation(&fields))
  }

  private static func interpolation(_ fields: inout Fields) throws(Problem) -> Upsampling.Interpolation {
    let name = try fields.text("interpolation")
    let alignsCorners = try fields.bool("align_corners", default: false)
    switch name {
    case "nearest" where !alignsCorners: return .nearest
    case "nearest_exact" where !alignsCorners: return .nearestCentre
    case "bilinear": return .bilinear(alignsCorners: alignsCorners)
    default:
      throw fields.problem(
        "expected nearest, nearest_exact, or bilinear with or without align_corners, but it is \(name.quoted)")
    }
  }

  static func parts(_ kind: PartPooling.Kind, _ fields: inout Fields) throws(Problem) -> PartPooling {
    PartPooling(kind, rows: try parts("rows", &fields), columns: try parts("columns", &fields))
  }

  /// Ranges of rows or columns.
  private static func parts(_ key: String, _ fields: inout Fields) throws(Problem) -> [Range<Int>] {
    let wanted = "pairs of integers, each part's first and one behind its last"
    guard let value = fields.take(key) else { throw fields.missing(key, wanted) }
    guard case .array(let elements) = value, !elements.isEmpty else { throw fields.unexpected(value, key, wanted) }
    let problem = fields
    return try elements.map { element throws(Problem) in
      guard case .array(let ends) = element, ends.count == 2, let first = ends[0].integer, let end = ends[1].integer,
        0 <= first, first < end, end <= GraphShapes.maximumExtent
      else { throw problem.unexpected(element, key, wanted) }
      return first..<end
    }
  }

  static func rearrangement(_ fields: inout Fields) throws(Problem) -> Rearrangement {
    Rearrangement(
      rows: try places("rows", &fields) { .init(row: $0) },
      columns: try places("columns", &fields) { .init(column: $0) },
      channels: try places("channels", &fields) { .init(channel: $0) })
  }

  /// Places along an axis, of which a number alone names the axis's own part; nil where the key is left out.
  private static func places(
    _ key: String, _ fields: inout Fields, _ own: (Int) -> Rearrangement.Place
  ) throws(Problem) -> [Rearrangement.Place?]? {
    let wanted =
      "numbers, or arrays of a row, a column and a channel, of 0 to \(indices.upperBound), or -1 for zeros"
    guard let value = fields.take(key) else { return nil }
    guard case .array(let elements) = value, !elements.isEmpty else { throw fields.unexpected(value, key, wanted) }
    var places: [Rearrangement.Place?] = []
    for element in elements {
      if let index = element.integer, indices.contains(index) {
        places.append(index < 0 ? nil : own(index))
      } else if case .array(let parts) = element, let place = place(parts) {
        places.append(place)
      } else {
        throw fields.unexpected(element, key, wanted)
      }
    }
    return places
  }

  private static func place(_ parts: [JSONValue]) -> Rearrangement.Place? {
    let numbers = parts.compactMap(\.integer)
    guard parts.count == 3, numbers.count == 3, numbers.allSatisfy({ 0...indices.upperBound ~= $0 }) else { return nil }
    return Rearrangement.Place(row: numbers[0], column: numbers[1], channel: numbers[2])
  }
}
