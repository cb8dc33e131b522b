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
      sets.append(ImageSet(of: ordinals))
      expected.append(Set(ordinals))
      check(sets[sets.count - 1], is: Set(ordinals))
    }
    check(sets[0].union(sets[1]), is: expected[0].union(expected[1]))
    check(sets[0].intersection(sets[1]), is: expected[0].intersection(expected[1]))
    #expect(sets[0].isDisjoint(with: sets[1]) == expected[0].isDisjoint(with: expected[1]))
  }

  @Test("Marks of several workers are the set of all, at the edges of their words too", arguments: 1...60)
  func marks(seed: Int) {
    var numbers = Numbers(state: UInt64(seed))
    var (all, expected) = (ImageMarks(), Set<Int>())
    for _ in 0..<3 {
      var own = ImageMarks()
      for _ in 0..<numbers.below(40) {
        let first = [0, 60, 64, 120, 128, 190][numbers.below(6)] + numbers.below(8)
        for ordinal in first..<first + [1, 1, 4, 64, 130][numbers.below(5)] {
          own.insert(ordinal)
          expected.insert(ordinal)
        }
      }
      all.formUnion(own)
    }
    let set = all.set
    #expect(set.ranges.flatMap { Array($0) } == expected.sorted())
    #expect(zip(set.ranges, set.ranges.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound })
    #expect((-1...330).allSatisfy { set.contains($0) == expected.contains($0) })
  }

  @Test("It is read as it was written, and what is no set is refused")
  func coding() throws {
    for set in [ImageSet(), ImageSet(0..<5), ImageSet(of: [3, 4, 9, 11, 12])] {
      let text = try JSONEncoder().encode(set)
      #expect(try JSONDecoder().decode(ImageSet.self, from: text) == set)
    }
    for text in [
      "[[1]]", "[[2,2]]", "[[3,1]]", "[[-1,2]]", "[[0,2],[1,3]]", "[[0,2],[2,3]]", "[[4,5],[0,2]]", "[[0,1,2]]",
      "[[0,4611686018427387904]]",
    ] {
      #expect(throws: DecodingError.self, "\(text)") { try JSONDecoder().decode(ImageSet.self, from: Data(text.utf8)) }
    }
    #expect("\(ImageSet(of: [0, 1, 2, 5, 7, 8]))" == "0-2, 5, 7-8")
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
