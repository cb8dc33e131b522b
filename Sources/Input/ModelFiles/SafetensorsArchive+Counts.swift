extension SafetensorsArchive {
  /// The 64-bit counts of the vector `name`; nil when there is none of that type.
  public func counts(_ name: String) -> [UInt64]? {
    guard let entry = entries[name], entry.type == .uint64, entry.shape.count == 1 else { return nil }
    return stride(from: entry.bytes.lowerBound, to: entry.bytes.upperBound, by: 8).map { start in
      (0..<8).reduce(UInt64(0)) { $0 | UInt64(data[start + $1]) << UInt64(8 * $1) }
    }
  }
}
