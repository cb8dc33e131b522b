extension SafetensorsArchive {
  /// The whole numbers of the vector `name`, of whichever unsigned type; nil when there is none.
  public func counts(_ name: String) -> [UInt64]? {
    guard let entry = entries[name], entry.shape.count == 1, entry.type.isUnsigned else { return nil }
    let size = entry.type.bits / 8
    return stride(from: entry.bytes.lowerBound, to: entry.bytes.upperBound, by: size).map { start in
      var number: UInt64 = 0
      for byte in 0..<size { number |= UInt64(data[start + byte]) << UInt64(8 * byte) }
      return number
    }
  }

  /// The bytes of the vector `name`; nil when there is none of that type.
  public func bytes(_ name: String) -> ArraySlice<UInt8>? {
    guard let entry = entries[name], entry.type == .uint8, entry.shape.count == 1 else { return nil }
    return data[entry.bytes]
  }
}

extension ElementType {
  fileprivate var isUnsigned: Bool { [.uint8, .uint16, .uint32, .uint64].contains(self) }
}
