import Networks

/// Normalisations by the map's own statistics, and shares.
extension NodeDecoder {
  mutating func layerNormalization() throws(Problem) -> Normalization {
    let kind = Normalization.Kind.layer(isCentred: try fields.bool("centred", default: true))
    return try normalization(kind, epsilon: 1e-5)
  }

  mutating func groupNormalization() throws(Problem) -> Normalization {
    let kind = Normalization.Kind.group(try fields.integer("groups", in: Self.extents))
    return try normalization(kind, epsilon: 1e-5)
  }

  mutating func responseNormalization() throws(Problem) -> Normalization {
    let kind = Normalization.Kind.response(addsInput: try fields.bool("add_input", default: true))
    return try normalization(kind, epsilon: 1e-6)
  }

  private mutating func normalization(
    _ kind: Normalization.Kind, epsilon: Float
  ) throws(Problem) -> Normalization {
    Normalization(
      kind, epsilon: try fields.float("epsilon", default: epsilon), weight: try fields.optionalText("weight"),
      bias: try fields.optionalText("bias"))
  }

  mutating func softmax() throws(Problem) -> SoftmaxAxis {
    let over = try fields.text("over")
    // A null is no key; a value where shares are of positions is told at the end.
    let hasParts = fields.contains("parts")
    switch over {
    case "positions": return .positions
    case "channels":
      guard hasParts else { return .channels(parts: nil) }
      return .channels(parts: try fields.integer("parts", in: Self.extents))
    default: throw fields.problem("over: expected \"channels\" or \"positions\", but it is \(over.quoted)")
    }
  }
}
