import PlainText

/// Numbers as the screen shows them: a point for decimals, a comma for thousands.
public enum NumberText {
  /// What stands for a number that is not known.
  public static let absent = "–"

  /// With a fixed number of decimals, rounded half away from zero; `–` for what is not finite.
  public static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return absent }
    let decimals = min(decimals, 15)
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let scaled = (value.magnitude * scale).rounded()
    guard scaled < 9e15 else { return scientific(value) }
    let whole = Int(scaled)
    let unit = Int(scale)
    let sign = value < 0 && whole > 0 ? "-" : ""
    guard decimals > 0 else { return sign + String(whole) }
    let fraction = String(whole % unit)
    return sign + String(whole / unit) + "." + String(repeating: "0", count: decimals - fraction.count) + fraction
  }

  /// The same for a number that may be absent.
  public static func fixed(_ value: Double?, decimals: Int) -> String {
    value.map { fixed($0, decimals: decimals) } ?? absent
  }

  /// A share 0...1 in per cent with one decimal.
  public static func percent(_ share: Double?) -> String {
    share.map { fixed($0 * 100, decimals: 1) + " %" } ?? absent
  }

  /// With commas between thousands.
  public static func grouped(_ value: some BinaryInteger) -> String { Digits.grouped(value) }

  /// `1 image`, `1,000 images`.
  public static func counted(_ count: Int, _ noun: String) -> String {
    "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")"
  }

  /// Two significant digits with a thousands' letter: `950`, `6.1k`, `61M`, `6.1G`.
  public static func compact(_ value: some BinaryInteger) -> String {
    let number = Double(value)
    let units: [(Double, String)] = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")]
    for (size, letter) in units where number >= size {
      return fixed(number / size, decimals: number < 9.95 * size ? 1 : 0) + letter
    }
    return String(value)
  }

  /// Two significant digits and a power of ten, as `3.1e4`; small whole numbers as they are.
  public static func scientific(_ value: Double) -> String {
    guard value.isFinite else { return absent }
    if value == 0 { return "0" }
    var exponent = 0
    var mantissa = value.magnitude
    while mantissa >= 10 {
      mantissa /= 10
      exponent += 1
    }
    while mantissa < 1 {
      mantissa *= 10
      exponent -= 1
    }
    if mantissa >= 9.95 {
      mantissa /= 10
      exponent += 1
    }
    if (0...2).contains(exponent) { return fixed(value, decimals: value == value.rounded() || exponent == 2 ? 0 : 1) }
    return (value < 0 ? "-" : "") + fixed(mantissa, decimals: 1) + "e" + String(exponent)
  }

  /// Seconds as `45 s`, `2:05` or `1:02:05`.
  public static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return absent }
    let whole = Int(seconds.rounded(.up))
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60):" + two(whole % 60) }
    return "\(whole / 3600):" + two(whole / 60 % 60) + ":" + two(whole % 60)
  }
}
