/// A small compressor (RFC 1950 and 1951) for pictures with few colours: one block of fixed codes; what repeats the
/// last byte or the row above is a reference to it. The result depends on the bytes alone.
package enum Deflate {
  /// `bytes`, which come in rows of a length, as a zlib stream.
  package static func zlib(_ bytes: [UInt8], rowLength: Int) -> [UInt8] {
    var bits = BitWriter()
    bits.write(0b1, count: 1)
    bits.write(0b01, count: 2)
    var place = 0
    while place < bytes.count {
      let candidates = [1, rowLength].filter { $0 <= place && $0 <= 32768 }
      let best = candidates.map { (length: repetition(in: bytes, at: place, distance: $0), distance: $0) }
        .max { $0.length < $1.length }
      if let best, best.length >= 3 {
        bits.writeReference(length: best.length, distance: best.distance)
        place += best.length
      } else {
        bits.writeLiteral(bytes[place])
        place += 1
      }
    }
    bits.writeEnd()
    return [0x78, 0x01] + bits.bytes + IndexedPNG.bigEndian(adler(bytes))
  }

  /// How many bytes, 258 at most, are those that stand `distance` before.
  private static func repetition(in bytes: [UInt8], at place: Int, distance: Int) -> Int {
    var length = 0
    while length < 258, place + length < bytes.count, bytes[place + length] == bytes[place + length - distance] {
      length += 1
    }
    return length
  }

  private static func adler(_ bytes: [UInt8]) -> UInt32 {
    var (low, high): (UInt32, UInt32) = (1, 0)
    for byte in bytes {
      low = (low + UInt32(byte)) % 65521
      high = (high + low) % 65521
    }
    return high << 16 | low
  }
}

/// Bits in the order of RFC 1951: numbers from their lowest bit, codes from their highest.
private struct BitWriter {
  private var done: [UInt8] = []
  private var current: UInt32 = 0
  private var used = 0

  /// What was written, the last byte filled up with zeros.
  var bytes: [UInt8] { used == 0 ? done : done + [UInt8(truncatingIfNeeded: current)] }

  mutating func write(_ value: Int, count: Int) {
    for bit in 0..<count {
      current |= UInt32(value >> bit & 1) << used
      used += 1
      if used == 8 {
        done.append(UInt8(truncatingIfNeeded: current))
        (current, used) = (0, 0)
      }
    }
  }

  private mutating func write(code: Int, count: Int) {
    for bit in (0..<count).reversed() { write(code >> bit & 1, count: 1) }
  }

  mutating func writeLiteral(_ byte: UInt8) { writeSymbol(Int(byte)) }

  mutating func writeEnd() { writeSymbol(256) }

  /// The fixed codes of RFC 1951, 3.2.6.
  private mutating func writeSymbol(_ symbol: Int) {
    switch symbol {
    case 0...143: write(code: 0x30 + symbol, count: 8)
    case 144...255: write(code: 0x190 + symbol - 144, count: 9)
    case 256...279: write(code: symbol - 256, count: 7)
    default: write(code: 0xC0 + symbol - 280, count: 8)
    }
  }

  mutating func writeReference(length: Int, distance: Int) {
    let long = Self.step(length - 3, extraFrom: 8, perStep: 4)
    // The longest length has a code of its own.
    if length == 258 {
      writeSymbol(285)
    } else {
      writeSymbol(257 + long.step)
      write(long.rest, count: long.bits)
    }
    let far = Self.step(distance - 1, extraFrom: 4, perStep: 2)
    write(code: far.step, count: 5)
    write(far.rest, count: far.bits)
  }

  /// Lengths and distances are coded alike: steps of one at first, then `perStep` steps for each power of two, with the
  /// rest in extra bits.
  private static func step(_ value: Int, extraFrom first: Int, perStep: Int) -> (step: Int, rest: Int, bits: Int) {
    guard value >= first else { return (value, 0, 0) }
    let exponent = Int.bitWidth - 1 - value.leadingZeroBitCount
    let bits = exponent - (perStep == 4 ? 2 : 1)
    let within = value >> bits - perStep
    return (first + (exponent - (perStep == 4 ? 3 : 2)) * perStep + within, value & (1 << bits - 1), bits)
  }
}
