/// Changes of any bytes, whatever they mean.
package enum ByteMutation {
  /// Numbers at which readers go wrong: ends of integer types, their neighbours, powers of two.
  static let numbers: [UInt64] = [
    0, 1, 2, 7, 8, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 1 << 24, 1 << 31 - 1, 1 << 31, 1 << 32 - 1, 1 << 32,
    1 << 48, 1 << 53, 1 << 62, 1 << 63 - 1, 1 << 63, .max - 8, .max - 7, .max,
  ]

  /// One to four changes: bits, bytes, numbers of 1 to 8 bytes, stretches that go, come twice, come from elsewhere, an
  /// end that is cut off.
  package static func mutate(_ original: [UInt8], other: [UInt8] = [], _ random: inout FuzzRandom) -> [UInt8] {
    var bytes = original
    for _ in 0..<1 + random.below(4) { change(&bytes, other: other, &random) }
    return bytes
  }

  private static func change(_ bytes: inout [UInt8], other: [UInt8], _ random: inout FuzzRandom) {
    guard !bytes.isEmpty else {
      bytes = (0..<random.below(64)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      return
    }
    let place = random.below(bytes.count)
    switch random.below(10) {
    case 0, 1: bytes[place] ^= 1 << UInt8(random.below(8))
    case 2: bytes[place] = UInt8(truncatingIfNeeded: random.next())
    case 3: bytes[place] = random.element([0, 0x7F, 0x80, 0xFF])
    case 4: write(number(&random), width: 1 << random.below(4), at: place, isBig: random.isOne(in: 2), in: &bytes)
    case 5: bytes.removeSubrange(random.range(in: bytes.count))
    case 6: bytes.insert(contentsOf: bytes[random.range(in: bytes.count)], at: place)
    case 7: bytes.removeSubrange(place...)
    case 8: splice(&bytes, other.isEmpty ? bytes : other, at: place, &random)
    default:
      for index in random.range(in: bytes.count) { bytes[index] = UInt8(truncatingIfNeeded: random.next()) }
    }
  }

  /// A number at which readers go wrong, or a small step beside one.
  static func number(_ random: inout FuzzRandom) -> UInt64 {
    random.element(numbers) &+ UInt64(bitPattern: Int64(random.isOne(in: 3) ? random.below(5) - 2 : 0))
  }

  /// Puts a number over the bytes from `place` on, as far as there are any.
  static func write(_ number: UInt64, width: Int, at place: Int, isBig: Bool, in bytes: inout [UInt8]) {
    for index in 0..<min(width, bytes.count - place) {
      bytes[place + index] = UInt8(truncatingIfNeeded: number >> UInt64(8 * (isBig ? width - 1 - index : index)))
    }
  }

  /// A part of another file over, or into, this one.
  private static func splice(_ bytes: inout [UInt8], _ other: [UInt8], at place: Int, _ random: inout FuzzRandom) {
    let part = other[random.range(in: other.count)]
    if random.isOne(in: 2) {
      bytes.insert(contentsOf: part, at: place)
    } else {
      bytes.replaceSubrange(place..<min(bytes.count, place + part.count), with: part)
    }
  }
}
