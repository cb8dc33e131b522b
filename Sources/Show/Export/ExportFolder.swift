import Files

/// The folder of a variant below the one that the user named.
public enum ExportFolder {
  /// A file name for a variant's name: letters, digits, `-`, `_` and inner points stand for themselves, every other
  /// byte becomes `%XX`, so different names have different folders. A name too long for a file system ends in a hash
  /// instead.
  public static func name(forVariant variant: String) -> String {
    var name = ""
    for byte in variant.utf8 {
      let isPlain =
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
          true
        case UInt8(ascii: "."): !name.isEmpty
        default: false
        }
      name +=
        isPlain ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }
    guard name.utf8.count > longest else { return name.isEmpty ? "%" : name }
    return name.prefix(longest - 17) + "~" + String(stableHash(variant.utf8), radix: 16)
  }

  /// Bytes in the longest name; file systems commonly take 255, and temporary files add to it.
  private static let longest = 200
}
