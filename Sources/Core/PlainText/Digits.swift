/// Whole numbers for people.
package enum Digits {
  /// With commas between groups of three digits: `3,504,872`.
  package static func grouped(_ value: some BinaryInteger) -> String {
    var digits = Substring(String(value.magnitude))
    var groups: [Substring] = []
    while digits.count > 3 {
      groups.insert(digits.suffix(3), at: 0)
      digits = digits.dropLast(3)
    }
    return (value < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
  }
}
