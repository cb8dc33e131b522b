import Networks
import Statistics
import Tensors
import Testing

private let network = [
  ActivationSite.sample(id: 0, block: 0, place: "stem", height: 9, width: 6, channels: 4),
  .sample(id: 1, block: 1, place: "A1", height: 5, width: 5, channels: 18, functions: 3),
  .sample(id: 2, block: 1, place: "A2", height: 4, width: 7, channels: 17),
  .sample(id: 3, block: 1, place: "A3", height: 4, width: 4, channels: 3, functions: 1),
  .sample(id: 4, block: 2, place: "last", height: 1, width: 1, channels: 33, sharing: .allChannels),
]

/// Feeds images to as many workers as there are parts, then merges the workers in the order of the parts.
private func run(_ images: [[Observation]], parts: [[Int]], exact: Bool) -> ActivationStatistics {
  let workers = parts.map { part in
    let worker = ActivationStatistics(network, everyElement: [2], exact: exact)
    for image in part {
      for site in network { images[image][site.id].show(to: worker, site, key: UInt64(image) &* 77) }
    }
    return worker
  }
  let whole = ActivationStatistics(network, everyElement: [2], exact: exact)
  for worker in workers { whole.merge(worker) }
  return whole
}

@Test("Any number of workers, any order and any split give the same statistics", arguments: [false, true])
func statisticsMergeExactly(exact: Bool) {
  var generator = SeededGenerator(11)
  let images = (0..<30).map { image in
    network.map { site in
      Observation(site, magnitude: Float(1 + image % 9), awkward: image % 3 == 0 ? 40 : 0, using: &generator)
    }
  }
  let one = run(images, parts: [Array(0..<30)], exact: exact)
  for workers in [1, 2, 5] {
    var parts = [[Int]](repeating: [], count: workers)
    for image in (0..<30).shuffled(using: &generator) {
      parts[Int.random(in: 0..<workers, using: &generator)].append(image)
    }
    let other = run(images, parts: parts, exact: exact)
    #expect(other.summaries == one.summaries)
    for site in network { #expect(other.density(of: site.id) == one.density(of: site.id)) }
  }
}

@Test("Copies handed out between two images merge to the statistics of all workers and do not change afterwards")
func copiesMerge() throws {
  var generator = SeededGenerator(12)
  let images = (0..<8).map { _ in network.map { Observation($0, using: &generator) } }
  let left = run(images, parts: [[0, 1, 2]], exact: false)
  let right = run(images, parts: [[3, 4]], exact: false)
  let copy = try #require(left.finding(.functions)).merged(with: try #require(right.finding(.functions)))
  let expected = run(images, parts: [[0, 1, 2, 3, 4]], exact: false)
  for site in network { images[5][site.id].show(to: left, site, key: 5) }
  #expect(copy.equals(try #require(expected.finding(.functions))))
  #expect(left.summaries != run(images, parts: [[0, 1, 2]], exact: false).summaries)
}

@Test("At every site those positions are wanted that the selection takes")
func selectedPositionsAreWanted() {
  let statistics = ActivationStatistics(network, everyElement: [2])
  for site in network {
    let wanted = statistics.wantedPositions(of: site, image: ImageIdentity(ordinal: 3, key: 8))
    #expect(wanted.step == (site.id == 2 ? 1 : 17))
    #expect(wanted == statistics.selection.positions(at: site.id, image: ImageIdentity(ordinal: 9, key: 8)))
  }
  let lattice = 1.0 / 17
  #expect(statistics.summaries.map(\.share) == [lattice, lattice, 1, lattice, lattice])
}

@Test("A curve and a Maxout count pairs, and as their images those that are through the network, over any split")
func sitesWithoutCoefficients() {
  let place = SitePlace(block: 1, site: "act")
  let shape = FeatureShape(height: 1, width: 2, channels: 1)
  let activations = [
    Activation(functions: 0, sharing: .allChannels, coefficients: .curve(.silu), place: place),
    Activation(functions: 2, sharing: .perChannel, coefficients: .maximum, place: place),
  ]
  let sites = activations.enumerated().map { ActivationSite(id: $0, node: "act\($0)", shape: shape, activation: $1) }
  func counted(_ images: Int) -> ActivationStatistics {
    let statistics = ActivationStatistics(sites, exact: true)
    let row = [Float(-1)] + Array(repeating: 0, count: shape.channelStride - 1)
    for image in 0..<images {
      for site in sites {
        let values = TensorSlice(row + row)
        statistics.observe(
          ActivationSample(x: values, y: values, channels: 1, channelStride: shape.channelStride, positions: 0..<2),
          of: site, image: ImageIdentity(ordinal: image, key: 1))
      }
    }
    statistics.finish(images: images)
    return statistics
  }
  let whole = counted(2)
  whole.merge(counted(3))
  #expect(whole.summaries == counted(5).summaries && whole.summaries != counted(4).summaries)
  for summary in whole.summaries {
    #expect(summary.images == 5 && summary.pairs.negativeInputs == 10 && summary.pairs.seen == 10)
    #expect(summary.coefficients.segments == 0 && summary.coefficients.functions == 0)
    #expect(summary.coefficients.slopeDifferences.moments == nil)
  }
}
