/// Sizes for people.
package enum ByteText {
  /// `1.6 GB`, `24 MB`, `512 bytes`: in decimal units, with two digits at least.
  package static func of(_ bytes: Int) -> String {
    for (unit, size) in [("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1000)] where bytes >= size {
      let tenths = bytes / (size / 10)
      return tenths < 100 ? "\(tenths / 10).\(tenths % 10) \(unit)" : "\(tenths / 10) \(unit)"
    }
    return "\(bytes) bytes"
  }
}
