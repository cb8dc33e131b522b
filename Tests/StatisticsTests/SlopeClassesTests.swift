import Foundation
import Networks
import Statistics
import Testing

private func site(
  _ id: Int, channels: Int, functions: Int, sharing: CoefficientSharing = .perChannel, isDynamic: Bool = true
) -> ActivationSite {
  var site = ActivationSite.sample(
    id: id, height: 1, width: 1, channels: channels, functions: functions, sharing: sharing)
  if isDynamic {
    var activation = site.activation
    activation.coefficients = .given
    site = ActivationSite(id: id, node: "act\(id)", shape: site.shape, activation: activation)
  }
  return site
}

private let sites = [
  site(0, channels: 7, functions: 2), site(1, channels: 5, functions: 2, isDynamic: false),
  site(2, channels: 4, functions: 1), site(3, channels: 9, functions: 3, sharing: .allChannels),
]

/// η² by its definition: both sums of squares over some channels and all segments.
private func naiveShare(_ images: LateImages, site: Int, channels: [Int]) -> Double? {
  var (between, total) = (0.0, 0.0)
  for channel in channels {
    for segment in 0..<sites[site].activation.functions {
      var values: [(label: Int, slope: Double)] = []
      for (image, observation) in images.images.enumerated() {
        let own = observation[site]
        guard let label = images.label(image), (own.slopes + own.intercepts).allSatisfy({ abs($0[channel]) < 256 })
        else { continue }
        values.append((label, Double(own.slopes[segment][channel])))
      }
      let mean = values.reduce(0) { $0 + $1.slope } / Double(values.count)
      for (_, group) in Dictionary(grouping: values, by: \.label) {
        let own = group.reduce(0) { $0 + $1.slope } / Double(group.count)
        between += Double(group.count) * (own - mean) * (own - mean)
      }
      total += values.reduce(0) { $0 + ($1.slope - mean) * ($1.slope - mean) }
    }
  }
  return total > 0 ? between / total : nil
}

@Test("The share of variance between classes equals its definition, over any split", arguments: [Int?.none, 0, 2, 3])
func shares(asked: Int?) throws {
  var images = LateImages(sites, images: 60, awkward: 30, seed: 51)
  images.classes = 4
  // Slopes that know their class, some more than others.
  for image in 0..<60 {
    guard let label = images.label(image) else { continue }
    for channel in 0..<4 { images.images[image][2].slopes[0][channel] += Float(label * channel) }
  }
  let found = try images.answer(.slopeClasses(site: asked, classes: 4), as: SlopeClassesFinding.self)
  #expect(found.images == 60 && found.channelShare == 1)
  #expect(found.sites.map(\.site) == (asked.map { [$0] } ?? [0, 2, 3]))
  for own in found.sites {
    #expect(own.images == (0..<4).map { label in UInt64((0..<60).count { images.label($0) == label }) })
    for channel in 0..<own.channels {
      let (share, expected) = (own.share(channel: channel), naiveShare(images, site: own.site, channels: [channel]))
      #expect(abs((share ?? -1) - (expected ?? -1)) < 1e-6)
    }
    let expected = naiveShare(images, site: own.site, channels: Array(0..<own.channels))
    #expect(abs((own.share ?? -1) - (expected ?? -1)) < 1e-6)
    #expect(own.share(channel: own.channels) == nil)
  }
  if let dependent = found[2], let last = dependent.share(channel: 3), let first = dependent.share(channel: 0) {
    #expect(last > 0.3 && first < 0.3)
  }
}

@Test("Slopes that are the class' own vary between classes alone; constant ones, and those without labels, do not")
func limits() throws {
  var images = LateImages([sites[0]], images: 24, awkward: 0, seed: 52)
  images.classes = 3
  for image in 0..<24 {
    for channel in 0..<7 {
      images.images[image][0].slopes[0][channel] = channel == 6 ? 0.3 : Float(images.label(image) ?? 0) + 0.1
      images.images[image][0].slopes[1][channel] = channel == 6 ? 0.7 : 1
    }
  }
  let found = try images.answer(.slopeClasses(site: 0, classes: 3), as: SlopeClassesFinding.self)
  let own = try #require(found[0])
  #expect(own.share(channel: 6) == nil)
  for share in [own.share(channel: 0), own.share] { #expect(abs((share ?? 0) - 1) < 1e-12) }
  images.classes = 0
  let unlabelled = try images.answer(.slopeClasses(site: 0, classes: 3), as: SlopeClassesFinding.self)
  #expect(unlabelled[0]?.share == nil && unlabelled.images == 24 && found[1] == nil)
}

@Test("Beyond the limit of counters every n-th channel is taken, and the finding says how many")
func limitedCounters() throws {
  // 4 classes: 7 * 2 + 4 * 1 + 1 * 3 slopes, 84 counters; by every 2nd channel 4 * 2 + 2 + 3, 52; by every 3rd 44.
  for (limit, step, taken) in [(84, 1, 12), (83, 2, 7), (52, 2, 7), (51, 3, 6), (44, 3, 6)] {
    let observer = try SlopeClassStatistics(site: nil, classes: 4, of: sites, limit: limit)
    let found = try #require(observer.finding(.slopeClasses(site: nil, classes: 4)) as? SlopeClassesFinding)
    #expect(found.sites.allSatisfy { $0.step == step } && found.channelShare == Double(taken) / 12)
  }
  #expect(throws: GraphError.self) { try SlopeClassStatistics(site: nil, classes: 4, of: sites, limit: 23) }
  #expect(throws: GraphError.self) { try SlopeClassStatistics(site: nil, classes: 0, of: sites) }
  #expect(throws: GraphError.self) { try SlopeClassStatistics(site: 4, classes: 2, of: sites) }
  var images = LateImages(sites, images: 10, awkward: 0, seed: 53)
  images.classes = 4
  let observers = try [84, 51].map { try SlopeClassStatistics(site: nil, classes: 4, of: sites, limit: $0) }
  for image in 0..<10 {
    for (site, observation) in zip(sites, images.images[image]) {
      for observer in observers {
        observation.show(
          to: observer, site, key: 1, ordinal: image, label: images.label(image))
      }
    }
  }
  let found = observers.compactMap { $0.finding(.slopeClasses(site: nil, classes: 4)) as? SlopeClassesFinding }
  for site in [0, 2, 3] {
    for channel in 0..<9 {
      let expected = channel % 3 == 0 ? found[0][site]?.share(channel: channel) : nil
      #expect(found[1][site]?.share(channel: channel) == expected)
    }
  }
  #expect(throws: FindingMismatch.self) { try found[0].merged(with: found[1]) }
}

@Test("Several questions in one pass find what each finds alone, and run the network to the last site of them")
func grouped() throws {
  let network = [ActivationSite.sample(id: 0, place: "A1", channels: 3), .sample(id: 1, channels: 18)]
  let images = LateImages(network, images: 12, seed: 54)
  let questions = [
    Question.channels(site: 1), .exemplars(site: 0, region: PairRegion()), .channels(site: 0),
    .extremes(site: 1, order: .gain),
  ]
  let group = try #require(try questions.observer(of: network, kernels: .scalar))
  for image in 0..<12 {
    for (site, observation) in zip(network, images.images[image]) {
      observation.show(to: group, site, key: 1, ordinal: image)
    }
  }
  group.finish(images: 12)
  let found = Findings(questions.compactMap { group.finding($0) })
  #expect(found[questions[0]]?.equals(try images.answer(questions[0], as: ChannelsFinding.self)) == true)
  #expect(found[questions[1]]?.equals(try images.answer(questions[1], as: ExemplarsFinding.self)) == true)
  #expect(found[questions[2]]?.equals(try images.answer(questions[2], as: ChannelsFinding.self)) == true)
  #expect(found[questions[3]]?.equals(try images.answer(questions[3], as: ExtremesFinding.self)) == true)
  #expect(group.finding(.channels(site: 5)) == nil)
  #expect(questions.lastSite == 1 && [Question.channels(site: 0)].lastSite == 0)
  #expect((questions + [.slopeClasses(site: nil, classes: 2)]).lastSite == nil && [Question]().lastSite == nil)
}
