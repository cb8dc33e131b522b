extension DecodingError {
  /// What is wrong with a JSON text, and where.
  package var words: String {
    func place(_ context: Context, _ last: [any CodingKey] = []) -> String {
      (context.codingPath + last).map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    }
    switch self {
    case .keyNotFound(let key, let context): return "\(place(context, [key])) is missing"
    case .typeMismatch(_, let context): return "\(place(context)) is of another type"
    case .valueNotFound(_, let context): return "\(place(context)) is null"
    case .dataCorrupted(let context): return "it cannot be read: \(context.debugDescription)"
    @unknown default: return "it cannot be read"
    }
  }
}
