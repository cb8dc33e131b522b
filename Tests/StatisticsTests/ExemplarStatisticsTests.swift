import Foundation
import Networks
import Statistics
import Testing

private let sites = [
  ActivationSite.sample(id: 0, place: "A1", height: 3, width: 2, channels: 3),
  .sample(id: 1, place: "A2", height: 4, width: 5, channels: 18, functions: 3),
]

private func range(_ lower: Float?, _ upper: Float?) throws -> ValueRange {
  try #require(ValueRange(lower: lower, upper: upper))
}

/// A finite pair with its place.
private struct Pair {
  var image: Int
  var channel: Int
  var position: Int
  var x: Float
  var y: Float
}

extension LateImages {
  /// All finite pairs of a site, one by one.
  fileprivate func pairs(site: Int) -> [Pair] {
    images.indices.flatMap { image in
      let own = images[image][site]
      return own.x.indices.flatMap { position in
        own.x[position].indices.map { channel in
          Pair(
            image: image, channel: channel, position: position, x: own.x[position][channel],
            y: own.y[position][channel])
        }
      }
    }.filter { $0.x.isFinite && $0.y.isFinite }
  }

  fileprivate func count(site: Int) -> UInt64 { UInt64(images.count * sites[site].shape.count) }
}

extension SparseCounts {
  /// Index and count of each.
  fileprivate var rows: [[Int]] { entries.map { entry -> [Int] in [entry.index, entry.count] } }
}

private func counts(_ indices: [Int]) -> [[Int]] {
  Dictionary(grouping: indices) { $0 }.map { [$0, $1.count] }.sorted { $0[0] < $1[0] }
}

@Test(
  "Exemplars are the pairs in the region, one by one, over any split",
  arguments: [
    (Float?.none, Float?.none, Float?.none, Float?.none), (0, 0.5, nil, nil), (nil, -1, 0.25, nil), (-0.0, 1, -1, 1),
    (nil, nil, nil, -3e7), (4, Float(4).nextUp, nil, nil), (900, 901, nil, nil),
  ])
func exemplars(xLower: Float?, xUpper: Float?, yLower: Float?, yUpper: Float?) throws {
  let images = LateImages(sites, images: 140, seed: 21)
  let region = PairRegion(x: try range(xLower, xUpper), y: try range(yLower, yUpper))
  for site in sites.indices {
    let found = try images.answer(.exemplars(site: site, region: region), as: ExemplarsFinding.self)
    let finite = images.pairs(site: site)
    let inside = finite.filter {
      $0.x >= xLower ?? -.infinity && $0.x < xUpper ?? .infinity && $0.y >= yLower ?? -.infinity
        && $0.y < yUpper ?? .infinity
    }
    #expect(found.images == 140 && found.pairs == images.count(site: site))
    #expect(found.notFinite == found.pairs - UInt64(finite.count) && found.notFinite > 0)
    #expect(found.found == UInt64(inside.count))
    for channel in 0..<sites[site].shape.channels {
      #expect(found.byChannel[channel] == UInt64(inside.count { $0.channel == channel }))
    }
    #expect(found.matchingChannels == Set(inside.map(\.channel)).count)
    let byImage = Dictionary(grouping: inside, by: \.image)
    #expect(found.matchingImages == byImage.count)
    let expected = byImage.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.prefix(100)
    #expect(found.exemplars.map(\.ordinal) == expected.map(\.key))
    for (own, (_, pairs)) in zip(found.exemplars, expected) {
      #expect(own.pairs == pairs.count)
      #expect(own.channels.rows == counts(pairs.map(\.channel)))
      #expect(own.positions.rows == counts(pairs.map(\.position)))
      let descending = own.channels.rows.map { $0[1] }.sorted(by: >)
      #expect(own.channels.byCount.map { $0.count } == descending)
    }
  }
}

@Test("Extremes are each image's first pair by the order, one by one, over any split", arguments: ExtremeOrder.allCases)
func extremes(order: ExtremeOrder) throws {
  let images = LateImages(sites, images: 140, seed: 22)
  func value(_ pair: Pair) -> Float {
    switch order {
    case .gain: abs(pair.y - max(0, pair.x))
    case .largest: pair.y
    case .smallest: -pair.y
    }
  }
  for site in sites.indices {
    let found = try images.answer(.extremes(site: site, order: order), as: ExtremesFinding.self)
    let finite = images.pairs(site: site)
    #expect(found.images == 140 && found.pairs == images.count(site: site))
    #expect(found.notFinite == found.pairs - UInt64(finite.count))
    let best = Dictionary(grouping: finite, by: \.image).values.compactMap { pairs in
      pairs.min { one, other in
        value(one) != value(other)
          ? value(one) > value(other) : (one.channel, one.position) < (other.channel, other.position)
      }
    }
    let expected = best.sorted { value($0) != value($1) ? value($0) > value($1) : $0.image < $1.image }.prefix(100)
    #expect(found.extremes.count == 100)
    for (own, expected) in zip(found.extremes, expected) {
      #expect(own.ordinal == expected.image && own.channel == expected.channel && own.position == expected.position)
      #expect(own.x == expected.x && own.y == expected.y)
      #expect(own.gain == abs(Double(expected.y) - max(0, Double(expected.x))))
    }
  }
}

@Test("Equal pairs are ordered by image, channel and position; images without a finite pair are left out")
func equalPairs() throws {
  var images = LateImages([sites[0]], images: 5, seed: 23)
  for image in images.images.indices {
    for position in images.images[image][0].y.indices {
      images.images[image][0].x[position] = [-1, -1, -1]
      images.images[image][0].y[position] = image == 2 ? [.nan, .infinity, .nan] : [0, -0.0, 0]
    }
  }
  for order in ExtremeOrder.allCases {
    let found = try images.answer(.extremes(site: 0, order: order), as: ExtremesFinding.self)
    #expect(found.extremes.map(\.ordinal) == [0, 1, 3, 4] && found.notFinite == 18)
    #expect(found.extremes.allSatisfy { $0.channel == 0 && $0.position == 0 })
  }
}

@Test("A region is half open and holds no number that is not finite; there is none without numbers")
func ranges() throws {
  for (lower, upper) in [(1, 1), (2, 1), (Float.nan, nil), (nil, .nan), (-.infinity, nil), (nil, .infinity)]
    as [(Float?, Float?)]
  {
    #expect(ValueRange(lower: lower, upper: upper) == nil)
  }
  let region = PairRegion(x: try range(0.1, nil), y: try range(nil, -1e-7))
  let bytes = try JSONEncoder().encode(region)
  #expect(try JSONDecoder().decode(PairRegion.self, from: bytes) == region)
  #expect(throws: DecodingError.self) {
    try JSONDecoder().decode(ValueRange.self, from: Data(#"{"lower": 2, "upper": 1}"#.utf8))
  }
}

@Test("Questions about sites that are not there name them, and findings of other sites are refused")
func misfits() throws {
  for question in [Question.exemplars(site: 9, region: PairRegion()), .extremes(site: -1, order: .gain)] {
    #expect(throws: GraphError.self) { try question.observer(of: sites, kernels: .scalar) }
  }
  let images = LateImages(sites, images: 3, seed: 24)
  let answers: [any Finding] = [
    try images.answer(.exemplars(site: 0, region: PairRegion()), as: ExemplarsFinding.self),
    try images.answer(.exemplars(site: 1, region: PairRegion()), as: ExemplarsFinding.self),
    try images.answer(.extremes(site: 0, order: .gain), as: ExtremesFinding.self),
    try images.answer(.extremes(site: 0, order: .largest), as: ExtremesFinding.self),
  ]
  for (index, one) in answers.enumerated() {
    for other in answers[..<index] { #expect(throws: FindingMismatch.self) { try one.merged(with: other) } }
  }
}

@Test("What was changed in a file of exemplars is refused")
func hostileExemplars() throws {
  let images = LateImages([sites[0]], images: 4, awkward: 0, seed: 25)
  let found = try images.answer(.exemplars(site: 0, region: PairRegion()), as: ExemplarsFinding.self)
  let extremes = try images.answer(.extremes(site: 0, order: .gain), as: ExtremesFinding.self)
  func read<Answer: Finding>(_ finding: Answer, _ old: String, _ new: String) throws {
    var bytes = try FindingBytes(finding)
    let text = String(decoding: bytes.text, as: UTF8.self)
    #expect(text.contains(old), "\(text)")
    bytes.text = Data(text.replacing(old, with: new).utf8)
    #expect(throws: DecodingError.self, "\(old)") { try bytes.finding(as: Answer.self, of: images.sites) }
  }
  try read(found, "\"matchingImages\":4", "\"matchingImages\":-1")
  try read(found, "\"images\":4", "\"images\":-4")
  try read(found, "\"pairs\":72", "\"pairs\":71")
  try read(found, "\"ordinal\":1", "\"ordinal\":2")
  try read(extremes, "\"order\":\"gain\"", "\"order\":\"largest\"")
  try read(extremes, "\"ordinal\":1", "\"ordinal\":2")
  try read(extremes, "\"images\":4", "\"images\":3")
}
