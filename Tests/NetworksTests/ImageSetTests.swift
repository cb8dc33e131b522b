import Foundation
import Networks
import Testing

/// Sets of images as ranges, held against sets of numbers.
@Suite struct ImageSetTests {
  /// Numbers below a limit, the same on every machine.
  private struct Numbers {
    var state: UInt64

    mutating func below(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
  }

  private func set(_ ordinals: some Sequence<Int>) -> ImageSet {
    ordinals.reduce(into: ImageSet()) { $0.insert($1) }
  }

  private func check(_ set: ImageSet, is expected: Set<Int>) {
    #expect(set.count == expected.count && set.isEmpty == expected.isEmpty)
    #expect(set.upperBound == (expected.max() ?? -1) + 1)
    #expect(Set(set.ranges.flatMap { Array($0) }) == expected)
    #expect(set.ranges.allSatisfy { !$0.isEmpty })
    // Ascending, and none touches the next: one set has one form.
    #expect(zip(set.ranges, set.ranges.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound })
    let sorted = expected.sorted()
    for ordinal in -1...42 {
      #expect(set.contains(ordinal) == expected.contains(ordinal))
      #expect(set.place(of: ordinal) == sorted.firstIndex(of: ordinal))
    }
  }

  @Test("Insertion in any order, union and intersection are those of sets of numbers", arguments: 1...60)
  func naive(seed: Int) {
    var numbers = Numbers(state: UInt64(seed))
    var (sets, expected) = ([ImageSet](), [Set<Int>]())
    for _ in 0..<2 {
      let ordinals = (0..<numbers.below(40)).map { _ in numbers.below(40) }
      sets.append(set(ordinals))
      expected.append(Set(ordinals))
      check(sets[sets.count - 1], is: Set(ordinals))
    }
    check(sets[0].union(sets[1]), is: expected[0].union(expected[1]))
    check(sets[0].intersection(sets[1]), is: expected[0].intersection(expected[1]))
    #expect(sets[0].isDisjoint(with: sets[1]) == expected[0].isDisjoint(with: expected[1]))
  }

  @Test("It is read as it was written, and what is no set is refused")
  func coding() throws {
    for set in [ImageSet(), ImageSet(0..<5), set([3, 4, 9, 11, 12])] {
      let text = try JSONEncoder().encode(set)
      #expect(try JSONDecoder().decode(ImageSet.self, from: text) == set)
    }
    for text in [
      "[[1]]", "[[2,2]]", "[[3,1]]", "[[-1,2]]", "[[0,2],[1,3]]", "[[0,2],[2,3]]", "[[4,5],[0,2]]", "[[0,1,2]]",
      "[[0,4611686018427387904]]",
    ] {
      #expect(throws: DecodingError.self, "\(text)") { try JSONDecoder().decode(ImageSet.self, from: Data(text.utf8)) }
    }
    #expect("\(set([0, 1, 2, 5, 7, 8]))" == "0-2, 5, 7-8")
  }
}

/// Shares of a source.
@Suite struct ShareTests {
  @Test("Shares are all images, each once and in order, and none is larger than another by more than one")
  func partition() throws {
    for total in [0, 1, 2, 6, 7, 100, 1001] {
      for count in [1, 2, 3, 7, 20, 1000] {
        let shares = try (0..<count).map { try #require(Share(index: $0, count: count)).range(of: total) }
        #expect(shares.flatMap { Array($0) } == Array(0..<total))
        let sizes = shares.map(\.count)
        #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1, "\(total) in \(count)")
      }
    }
    // Numbers whose products are too large.
    let last = try #require(Share(index: Share.mostShares - 1, count: Share.mostShares))
    #expect(last.range(of: 1 << 48).upperBound == 1 << 48)
  }

  @Test("I/N is read with I from 0, and nothing else")
  func text() throws {
    let share = try #require(Share("2/7"))
    #expect(share.index == 2 && share.count == 7 && "\(share)" == "2/7")
    #expect(Share("0/1") != nil)
    for text in [
      "", "1", "/", "1/", "/2", "7/7", "8/7", "-1/7", "+1/7", "1/0", "0/0", "1/2/3", "a/b", "1 /2", "0/1048577",
    ] {
      #expect(Share(text) == nil, "\(text)")
    }
  }
}
