import PlainText

/// Numbers as the tables write them.
package enum NumberText {
  /// With `places` digits behind the point, rounded to the nearest.
  package static func fixed(_ value: Double, places: Int) -> String {
    let unit = (0..<places).reduce(1) { unit, _ in unit * 10 }
    let scaled = Int((value.magnitude * Double(unit)).rounded())
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard places > 0 else { return sign + Digits.grouped(scaled) }
    let fraction = String(scaled % unit)
    return sign + Digits.grouped(scaled / unit) + "." + String(repeating: "0", count: places - fraction.count)
      + fraction
  }

  /// With a sign and one digit: `+0.7 %`.
  package static func percent(_ ratio: Double) -> String {
    let text = fixed(100 * ratio, places: 1)
    return (text.hasPrefix("-") ? "" : "+") + text + " %"
  }
}
