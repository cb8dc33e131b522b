import Figures
import Networks
import Statistics
import SyntheticRuns
import Testing

/// The numbers of a site that are compared, straight from the figure.
private func naiveNumbers(_ figure: SiteFigure) -> [String: Double?] {
  var numbers: [String: Double?] = [
    "slope_difference_mean": figure.slopeDifference?.mean,
    "slope_outside_unit_share": figure.slopeOutsideUnit?.share, "intercept_share": figure.largeIntercept?.share,
    "positive_from_negative_share": figure.positiveFromNegative.share,
    "output_at_half_mean": figure.outputAtHalf?.mean, "dynamic_score": figure.dynamicScore,
  ]
  for (index, slope) in figure.slopes.enumerated() { numbers["slope_\(index + 1)_mean"] = slope.mean }
  for (index, intercept) in figure.intercepts.enumerated() { numbers["intercept_\(index + 1)_mean"] = intercept.mean }
  return numbers
}

@Test("Every number of both partners is compared, second minus first")
func differencesAreNaive() throws {
  let first = SyntheticRun.snapshot(densities: [3, 7])
  var second = SyntheticRun.snapshot(variant: 2, densities: [3, 9], functions: 3)
  for index in second.sites.indices { second.sites[index].dynamicScore = Double(index) / 64 }
  let found = RunDifferences(RunSide(first), RunSide(second))
  #expect(found.first == "dyrelu-b" && found.second == "dyrelu-c" && found.conditions.isEmpty)
  #expect(found.sites.map(\.place) == first.sites.map(\.site.place) && found.withoutPartner.isEmpty)
  for (index, site) in found.sites.enumerated() {
    let (one, other) = (naiveNumbers(first.sites[index]), naiveNumbers(second.sites[index]))
    #expect(Set(site.values.map(\.name)) == Set(one.keys).union(other.keys).union(["density"]))
    for value in site.values where value.name != "density" {
      let (own, others) = (one[value.name] ?? nil, other[value.name] ?? nil)
      #expect(value.first == own && value.second == others)
      if let own, let others {
        #expect(value.difference == others - own && value.distance == abs(others - own))
      } else {
        #expect(value.difference == nil && value.distance == (own == nil && others == nil ? nil : .infinity))
      }
    }
  }
  // Both have the density of site 3 and it is the same; of 7 and 9 one has it, of the others none.
  let densities = found.sites.map { $0.values.last }
  #expect(densities[3]?.difference == 0 && densities[3]?.distance == 0 && densities[3]?.first == nil)
  #expect([7, 9].allSatisfy { densities[$0]?.difference == nil && densities[$0]?.distance == .infinity })
  #expect(densities[4]?.distance == nil)
}

@Test("A measure's number has the name and the value that sites.csv gives it")
func headlines() {
  for figure in SyntheticRun.snapshot().sites {
    let side = SiteSideProbe(figure)
    for measure in Measure.all {
      let fields = measure.fields(figure).filter { $0.name == measure.headlineName }
      #expect(fields.map(\.cell) == [.optional(side[measure.headlineName])])
    }
  }
}

/// One figure's numbers as a comparison with itself has them.
private struct SiteSideProbe {
  let values: [ValueDifference]

  init(_ figure: SiteFigure) {
    var run = SyntheticRun.snapshot()
    run.sites = [figure]
    values = RunDifferences(RunSide(run), RunSide(run)).sites[0].values
  }

  subscript(name: String) -> Double? { values.first { $0.name == name }?.first }
}

@Test("Sites without a partner are listed on their side, with what that side knows")
func withoutPartners() throws {
  // The static network has no A3; two names are its own.
  let first = SyntheticRun.snapshot()
  var second = SyntheticRun.snapshot(variant: 3, isStatic: true)
  let lone = ActivationSite(
    id: 99, node: "extra", shape: second.sites[0].site.shape, activation: .relu(at: SitePlace(block: 3, site: "A9")))
  second.sites.insert(SiteFigure(unseen: lone), at: 4)
  let found = RunDifferences(RunSide(first), RunSide(second))
  let lost = found.withoutPartner
  #expect(lost.count == 18 && lost.dropLast().allSatisfy { $0.place.site == "A3" && $0.secondNode == nil })
  #expect(lost.last?.firstNode == nil && lost.last?.secondNode == "extra" && found.sites.last?.place.site == "A9")
  #expect(lost[0].values.contains { $0.first != nil } && lost[0].values.allSatisfy { $0.second == nil })
  for site in found.sites where site.isMatched {
    #expect(first.sites.first { $0.site.place == site.place }?.site.node == site.firstNode)
    #expect(second.sites.first { $0.site.place == site.place }?.site.node == site.secondNode)
  }
  #expect(!found.isWithin(1e300))
  #expect(found.sites.count == 53)
}

@Test("A run is no different from itself; another one is beyond small tolerances and within large ones")
func tolerances() {
  let run = SyntheticRun.snapshot(densities: Set(0..<52))
  let same = RunDifferences(RunSide(run, isExact: true), RunSide(run, isExact: true))
  #expect(same.isWithin(0) && same.values(beyond: 0).isEmpty && same.conditions.isEmpty)
  #expect(same.table.rows.allSatisfy { [.absent, .number(0)].contains($0[7]) })
  var other = run
  other.sites[4].slopes[1].mean += 0.25
  let changed = RunDifferences(RunSide(run), RunSide(other))
  let beyond = changed.values(beyond: 0)
  #expect(
    beyond.count == 1 && beyond[0].value.name == "slope_2_mean" && beyond[0].site?.place == run.sites[4].site.place)
  #expect(!changed.isWithin(0.2499) && changed.isWithin(0.2501))
  // A number that one side alone has is beyond every tolerance.
  other.sites[4].slopeDifference = nil
  #expect(!RunDifferences(RunSide(run), RunSide(other)).isWithin(1e300))
}

@Test("Accuracies count, the number of images is told, and other images or options are named")
func wholeRun() {
  var (one, other) = (ClassificationStatistics(), ClassificationStatistics())
  for image in 0..<8 {
    one.add(logits: [0, 1], label: image % 2)
    if image < 6 { other.add(logits: [0, 1], label: image < 5 ? 1 : 0) }
  }
  func side(_ found: ClassificationStatistics, isExact: Bool) -> RunSide {
    var figure = SyntheticRun.snapshot()
    figure.add(Findings([found]))
    return RunSide(figure, isExact: isExact)
  }
  let found = RunDifferences(side(one, isExact: false), side(other, isExact: true))
  #expect(found.whole.map(\.name) == ["images", "top1", "top5"])
  #expect(found.whole[0].difference == -2 && found.whole[0].distance == nil)
  #expect(found.whole[1].difference == 5.0 / 6 - 0.5 && found.whole[2].difference == 0)
  #expect(found.conditions.map(\.name) == ["images", "labelled", "exact"])
  #expect(found.conditions[2].first == .text("false") && found.conditions[2].second == .text("true"))
  #expect(!found.isWithin(0.3) && found.isWithin(0.34))
}
