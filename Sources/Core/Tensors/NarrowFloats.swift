/// The value of an IEEE 754 half precision number, exact for every pattern.
package func widened(half bits: UInt16) -> Float {
  let sign = UInt32(bits & 0x8000) << 16
  let magnitude = UInt32(bits & 0x7FFF) << 13
  // Infinity and NaN keep their payload; the others are in place but for the exponent's bias, 127 - 15.
  let widened = bits & 0x7C00 == 0x7C00 ? magnitude | 0x7F80_0000 : (Float(bitPattern: magnitude) * 0x1p112).bitPattern
  return Float(bitPattern: sign | widened)
}

/// The value of a bfloat16 number: the upper half of a Float.
package func widened(bfloat bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }
