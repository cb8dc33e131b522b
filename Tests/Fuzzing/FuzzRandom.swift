import Files

/// Random numbers that are the same on every machine and with every version of Swift: SplitMix64, and none of the
/// library's own ways from numbers to choices.
///
/// Every input has a generator of its own, of the seed, its kind and its number, so it can be made again alone.
package struct FuzzRandom: Sendable {
  private var state: UInt64

  /// The generator of one input.
  package init(seed: UInt64, kind: String, number: Int) {
    state = seed
    state = next() ^ stableHash(kind.utf8)
    state = next() ^ UInt64(number)
  }

  /// 64 random bits.
  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  /// A number from 0 to `count` - 1, all as likely; `count` is at least 1.
  package mutating func below(_ count: Int) -> Int {
    precondition(count > 0, "something to choose from")
    return Int(next().multipliedFullWidth(by: UInt64(count)).high)
  }

  /// True once in `count` times.
  package mutating func isOne(in count: Int) -> Bool { below(count) == 0 }

  /// An element of something that is not empty.
  package mutating func element<Choices: RandomAccessCollection>(_ choices: Choices) -> Choices.Element {
    choices[choices.index(choices.startIndex, offsetBy: below(choices.count))]
  }

  /// A stretch of 0..<`count`, mostly short.
  package mutating func range(in count: Int) -> Range<Int> {
    guard count > 0 else { return 0..<0 }
    let start = below(count)
    let longest = isOne(in: 4) ? count - start : min(count - start, 16)
    return start..<start + 1 + below(longest)
  }
}
