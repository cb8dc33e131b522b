import Networks
import Statistics
import Tensors
import Testing

/// Row-major positions that a site's lattice takes of one image.
private func taken(_ selection: ElementSelection, _ site: ActivationSite, key: UInt64) -> [Int] {
  let positions = selection.positions(at: site.id, image: ImageIdentity(ordinal: 0, key: key))
  return Array(stride(from: positions.first, to: site.shape.positions, by: positions.step))
}

@Test("Over many images the lattice takes every row, column and position equally often", arguments: [1, 4, 7, 16, 34])
func latticeIsUniform(width: Int) {
  let site = ActivationSite.sample(height: width, width: width)
  let selection = ElementSelection(everyElement: [])
  let images = 17_000
  var hits = [Int](repeating: 0, count: site.shape.positions)
  for image in 0..<images {
    for position in taken(selection, site, key: UInt64(image) &* 0x2545_F491_4F6C_DD1D) { hits[position] += 1 }
  }
  // 1,000 expected for each position with a standard deviation of 31.
  #expect(hits.allSatisfy { 840...1160 ~= $0 }, "from \(hits.min() ?? 0) to \(hits.max() ?? 0)")
  let share = Double(hits.reduce(0, +)) / Double(images * site.shape.positions)
  #expect(abs(share - selection.share(at: 0)) < 0.005)
}

@Test("Within one image of a usual width the lattice reaches nearly every column")
func latticeSpreadsOverColumns() {
  let selection = ElementSelection(everyElement: [])
  for width in [14, 16, 28, 32, 56, 112] {
    let site = ActivationSite.sample(height: width, width: width)
    let columns = Set(taken(selection, site, key: 42).map { $0 % width })
    #expect(columns.count >= width * 3 / 4 || columns.count >= width * width / 17 - 1)
  }
}

@Test(
  "Sites of one image have lattices of their own, and one image has the same lattice wherever it comes in the order")
func latticeDependsOnSiteAndKey() {
  let selection = ElementSelection(everyElement: [3])
  let image = ImageIdentity(ordinal: 5, key: 99)
  #expect(Set((4..<40).map { selection.positions(at: $0, image: image).first }).count > 5)
  #expect(
    selection.positions(at: 4, image: image) == selection.positions(at: 4, image: ImageIdentity(ordinal: 77, key: 99)))
  #expect(selection.positions(at: 3, image: image) == .all)
  #expect(selection.share(at: 3) == 1 && selection.share(at: 4) == 1.0 / 17)
  #expect(ElementSelection(everyElement: [], exact: true).share(at: 4) == 1)
}

@Test("The elements taken from a map are the lattice's, all channels, however the map is cut into samples")
func samplesFollowLattice() {
  let site = ActivationSite.sample(id: 0, height: 9, width: 11, channels: 3)
  var generator = SeededGenerator(1)
  for key in 0..<40 as Range<UInt64> {
    let statistics = ActivationStatistics([site])
    var observation = Observation(site, using: &generator)
    // Each position has an x of its own, exact in a bin of its own.
    observation.x = (0..<99).map { position in Array(repeating: Float(position) / 256, count: 3) }
    observation.show(to: statistics, site, key: key, pieces: key % 2 == 0 ? [] : [1, 2, 16, 17, 40, 50, 98])
    let density = statistics.density(of: 0)
    let expected = taken(statistics.selection, site, key: key)
    #expect(density.totals.counted == UInt64(3 * expected.count))
    let columns = (0..<512).filter { column in (0..<512).contains { density.grid.counts[$0 * 512 + column] > 0 } }
    #expect(columns.map { ($0 - 256) >> -density.grid.xExponent } == expected)
  }
}

@Test(
  "A sample that holds just the lattice counts as the whole map does, and a sample of other positions counts nothing")
func packedLatticeCounts() {
  let site = ActivationSite.sample(id: 0, height: 9, width: 11, channels: 3)
  var generator = SeededGenerator(2)
  for key in 0..<20 as Range<UInt64> {
    let observation = Observation(site, using: &generator)
    let (whole, packed) = (ActivationStatistics([site]), ActivationStatistics([site]))
    observation.show(to: whole, site, key: key)
    let lattice = packed.wantedPositions(of: site, image: ImageIdentity(ordinal: 0, key: key))
    observation.showLattice(to: packed, site, key: key, first: (lattice.first + 1) % 17, step: 17)
    #expect(packed.density(of: 0).totals.seen == 0)
    observation.showLattice(to: packed, site, key: key, first: lattice.first, step: 17)
    #expect(packed.density(of: 0) == whole.density(of: 0))
  }
}

@Test("Every element is taken after depthwise convolutions")
func depthwiseSitesAreTakenWhole() {
  func site(_ id: Int, _ role: ConvolutionRole?) -> ActivationSite {
    ActivationSite(
      id: id, node: "act\(id)", shape: FeatureShape(height: 8, width: 8, channels: 8),
      activation: .relu(at: SitePlace(block: id, site: "A2")), role: role)
  }
  let sites = [site(0, nil), site(1, .expansion), site(2, .depthwise), site(3, .projection), site(4, .depthwise)]
  let selection = ElementSelection(sites)
  #expect(selection.everyElement == [2, 4])
  #expect(!selection.exact)
}
