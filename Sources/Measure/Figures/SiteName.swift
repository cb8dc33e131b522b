/// Likeness of sites' names, which networks choose as they like: `A2`, `act1`, `se.gate`, `bn2.act`.
enum SiteName {
  /// 0 for equal names, 1 for names that differ in numbers only, 2 for names with the same last part, 3 for others.
  static func distance(_ left: String, _ right: String) -> Int {
    if left == right { return 0 }
    if left.filter({ !$0.isNumber }) == right.filter({ !$0.isNumber }) { return 1 }
    return lastPart(left) == lastPart(right) ? 2 : 3
  }

  /// What follows the last point, without its number.
  private static func lastPart(_ name: String) -> String {
    (name.split(separator: ".").last ?? "").filter { !$0.isNumber }
  }
}
