/// Numbers with a given count of decimals. Every digit is that of C's `printf`: the number that the bits stand for is
/// rounded, a tie to the even digit, and the point is a point in every locale.
package enum Decimals {
  /// `3.142`; `inf`, `-inf` and `nan` for what is not finite.
  ///
  /// - Parameters:
  ///   - value: The number.
  ///   - count: Digits behind the point.
  ///   - width: Characters at least, spaces in front.
  ///   - signed: Whether a plus is written, too.
  package static func fixed(_ value: Double, _ count: Int, width: Int = 0, signed: Bool = false) -> String {
    let text = sign(value, signed) + (notFinite(value) ?? ExactDecimal(value).fixed(count))
    return Columns.padded(text, to: width, rightAligned: true)
  }

  /// `3.1e+00`, with `count` digits behind the point.
  package static func scientific(_ value: Double, _ count: Int, signed: Bool = false) -> String {
    sign(value, signed) + (notFinite(value) ?? ExactDecimal(value).scientific(count))
  }

  /// A share 0...1 in per cent with one decimal: `81.5 %`; the number in `width` characters at least.
  package static func percent(_ share: Double, width: Int = 0) -> String { fixed(100 * share, 1, width: width) + " %" }

  private static func sign(_ value: Double, _ signed: Bool) -> String {
    value.sign == .minus ? "-" : signed ? "+" : ""
  }

  private static func notFinite(_ value: Double) -> String? {
    value.isFinite ? nil : value.isNaN ? "nan" : "inf"
  }
}

/// The magnitude of a finite double as the decimal number that it is, without rounding: at most 767 digits.
private struct ExactDecimal {
  /// Digits, the first of the whole part first; no zeros in front but for the zero that stands for 0.
  private var digits: [UInt8]
  /// How many of the digits stand behind the point.
  private var behind: Int

  init(_ value: Double) {
    // value = significand * 2^exponent, both whole.
    let isNormal = value.exponentBitPattern != 0
    let significand = value.significandBitPattern | (isNormal ? 1 << 52 : 0)
    let exponent = Int(isNormal ? value.exponentBitPattern : 1) - 1075
    let trailing = significand == 0 ? 0 : min(significand.trailingZeroBitCount, max(-exponent, 0))
    digits = String(significand >> trailing).utf8.map { $0 - UInt8(ascii: "0") }
    behind = significand == 0 ? 0 : max(-exponent - trailing, 0)
    // 2^-n = 5^n / 10^n.
    let factor: UInt8 = behind > 0 ? 5 : 2
    for _ in 0..<(significand == 0 ? 0 : max(behind, exponent)) { multiply(by: factor) }
  }

  private mutating func multiply(by factor: UInt8) {
    var carry: UInt8 = 0
    for index in digits.indices.reversed() {
      let product = digits[index] * factor + carry
      digits[index] = product % 10
      carry = product / 10
    }
    if carry > 0 { digits.insert(carry, at: 0) }
  }

  /// With so many digits behind the point.
  func fixed(_ count: Int) -> String {
    var rounded = self
    rounded.round(behind: count)
    let text = String(repeating: "0", count: max(0, count + 1 - rounded.digits.count)) + rounded.text
    return count == 0 ? text : String(text.dropLast(count)) + "." + String(text.suffix(count))
  }

  /// A digit, so many behind the point, and a power of ten of two digits at least.
  func scientific(_ count: Int) -> String {
    var rounded = self
    if digits != [0] {
      rounded.round(behind: behind + count + 1 - digits.count)
      // 9.96 became 10.0.
      if rounded.digits.count > count + 1 { rounded.round(behind: rounded.behind - 1) }
    } else {
      (rounded.digits, rounded.behind) = ([UInt8](repeating: 0, count: count + 1), count)
    }
    let power = count - rounded.behind
    let text = rounded.text
    let number = count == 0 ? text : String(text.prefix(1)) + "." + String(text.dropFirst())
    return number + (power < 0 ? "e-" : "e+") + (power.magnitude < 10 ? "0" : "") + String(power.magnitude)
  }

  /// Keeps so many digits behind the point, or fills up with zeros; a negative number takes digits before it away.
  private mutating func round(behind count: Int) {
    let dropped = behind - count
    behind = count
    guard dropped > 0 else {
      digits += [UInt8](repeating: 0, count: -dropped)
      return
    }
    let rest = [UInt8](repeating: 0, count: max(0, dropped - digits.count)) + digits.suffix(dropped)
    digits.removeLast(min(dropped, digits.count))
    if digits.isEmpty { digits = [0] }
    let isAbove =
      rest[0] > 5 || rest[0] == 5 && (rest.dropFirst().contains { $0 > 0 } || digits[digits.count - 1] % 2 == 1)
    if isAbove { increment() }
    while digits.count > 1, digits[0] == 0 { digits.removeFirst() }
  }

  private mutating func increment() {
    for index in digits.indices.reversed() {
      digits[index] = (digits[index] + 1) % 10
      if digits[index] > 0 { return }
    }
    digits.insert(1, at: 0)
  }

  private var text: String { String(decoding: digits.map { $0 + UInt8(ascii: "0") }, as: UTF8.self) }
}
