extension String {
  /// As a word of a shell's line: as it is where the shell leaves it alone, else in single quotes.
  package var shellQuoted: String {
    let isPlain =
      !isEmpty
      && unicodeScalars.allSatisfy { scalar in
        scalar.isASCII
          ? scalar.properties.isAlphabetic || "0123456789-_./+:@%,=".unicodeScalars.contains(scalar) : false
      }
    return isPlain
      ? self : "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
