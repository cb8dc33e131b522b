import Networks

/// Turns the options of nodes that move, sample and pool whole maps into the JSON that ``MapDecoder`` reads.
enum MapEncoder {
  static func upsampling(_ options: Upsampling) -> [String: JSONValue] {
    var members: [String: JSONValue] = ["operator": .string("upsample")]
    switch options.target {
    case .factor(let factor): members["factor"] = factor.json
    case .size(let size): members["size"] = size.json
    }
    members["offset"] = options.offset.map { .array([.float($0.vertical), .float($0.horizontal)]) }
    members["step"] = options.step.map { .array([.float($0.vertical), .float($0.horizontal)]) }
    switch options.interpolation {
    case .nearest: members["interpolation"] = .string("nearest")
    case .nearestCentre: members["interpolation"] = .string("nearest_exact")
    case .bilinear(let alignsCorners):
      members["interpolation"] = .string("bilinear")
      members["align_corners"] = .bool(alignsCorners)
    }
    return members
  }

  static func parts(_ options: PartPooling) -> [String: JSONValue] {
    func ends(_ parts: [Range<Int>]) -> JSONValue {
      .array(parts.map { .array([.integer($0.lowerBound), .integer($0.upperBound)]) })
    }
    let name =
      switch options.kind {
      case .maximum: "max_pool"
      case .average: "average_pool"
      }
    return ["operator": .string(name), "rows": ends(options.rows), "columns": ends(options.columns)]
  }

  static func rearrangement(_ options: Rearrangement) -> [String: JSONValue] {
    var members: [String: JSONValue] = ["operator": .string("rearrange")]
    members["rows"] = options.rows.map(places)
    members["columns"] = options.columns.map(places)
    members["channels"] = options.channels.map(places)
    return members
  }

  private static func places(_ places: [Rearrangement.Place?]) -> JSONValue {
    .array(
      places.map { place in
        guard let place else { return .integer(-1) }
        return .array([place.row, place.column, place.channel].map(JSONValue.integer))
      })
  }
}
