import Figures
import Kernels
import Networks
import Statistics
import Tensors
import Testing

private func site(functions: Int, sharing: CoefficientSharing) -> ActivationSite {
  ActivationSite(
    id: 0, node: "act", shape: FeatureShape(height: 1, width: 2, channels: 2),
    activation: Activation(
      functions: functions, sharing: sharing,
      coefficients: .constant(
        slopes: Array(repeating: 1, count: functions), intercepts: Array(repeating: 0, count: functions)),
      place: SitePlace(block: 3, site: "A2")))
}

/// A padded row of one or two channels.
private func row(_ values: Float...) -> [Float] { values + Array(repeating: 0, count: 16 - values.count) }

private func settled(_ statistics: ActivationStatistics) -> SettledRun {
  let findings = Findings([statistics.finding(.functions)].compactMap { $0 })
  let figure = RunFigure(
    model: "model.bin", variants: ["b"], subject: Subject(variant: 0), progress: RunProgress(state: .done),
    findings: findings)
  return SettledRun(figure, isExact: false) { statistics.finding($0) }
}

@Test("Site figures and tables hold what was counted")
func figuresHoldCounts() throws {
  let site = site(functions: 2, sharing: .perChannel)
  let statistics = ActivationStatistics(
    sites: [site], selection: ElementSelection(everyElement: [0]), kernels: .scalar)
  let image = ImageIdentity(ordinal: 0, key: 1)
  statistics.observe(
    ActivationCoefficients(
      functions: 2, channels: 2, stride: 16, slopes: TensorSlice(row(1, 1.5) + row(0.25, 0)),
      intercepts: TensorSlice(row(0, 0.5) + row(0, 0))), of: site, image: image)
  statistics.observe(
    ActivationSample(
      x: TensorSlice(row(0.5, -1) + row(-1, 0)), y: TensorSlice(row(0.75, 0.5) + row(-0.5, .nan)), channels: 2,
      channelStride: 16, positions: 0..<2), of: site, image: image)
  let run = settled(statistics)
  let found = run.figure.sites[0]
  #expect(found.images == 1 && found.elements == 4 && found.share == 1)
  #expect(found.notFinite == 1 && found.outsideRange == 0)
  #expect(found.slopes == [MeanDeviation(mean: 1.25, deviation: 0.25), MeanDeviation(mean: 0.125, deviation: 0.125)])
  #expect(found.intercepts[0] == MeanDeviation(mean: 0.25, deviation: 0.25))
  #expect(found.slopeDifference?.mean == 1.125 && found.slopeDifference?.deviation == 0.375)
  // max(0.5, 0.125) and max(1.25, 0).
  #expect(found.outputAtHalf?.mean == 0.875 && found.outputAtHalf?.deviation == 0.375 && found.functionsAtHalf == 2)
  #expect(found.slopeOutsideUnit?.share == 0.5 && found.largeIntercept?.share == 0.5)
  #expect(found.positiveFromNegative == ShareFigure(part: 1, whole: 2) && found.functions == 2)
  let rows = run.coefficients.rows
  #expect(rows.map { $0[3] } == [.integer(0), .integer(0), .integer(1), .integer(1)])
  #expect(rows.map { $0[4] } == [.integer(1), .integer(2), .integer(1), .integer(2)])
  #expect(rows[2][5...6] == [.number(1.5), .number(0)])
  #expect(run.density(of: 0)?.total == 3)
}

@Test("What was not seen is absent, not 0")
func unseenIsAbsent() {
  let statistics = ActivationStatistics(
    sites: [site(functions: 1, sharing: .allChannels)], selection: ElementSelection(everyElement: []), kernels: .scalar)
  let run = settled(statistics)
  let found = run.figure.sites[0]
  #expect(found.slopes.isEmpty && found.intercepts.isEmpty && found.slopeDifference == nil)
  #expect(found.slopeOutsideUnit?.share == nil && found.largeIntercept?.share == nil)
  #expect(found.positiveFromNegative.share == nil && found.outputAtHalf == nil)
  let rows = run.coefficients.rows
  #expect(rows.count == 1 && rows[0][3] == .absent && rows[0][5] == .absent)
}

@Test("Every measure has a cell for each of its names, whatever a site has", arguments: [0, 1])
func measuresAreWhole(functions: Int) {
  let statistics = ActivationStatistics(
    sites: [site(functions: 1 + functions, sharing: .perChannel)], selection: ElementSelection(everyElement: []),
    kernels: .scalar)
  let table = settled(statistics).siteMeasures
  #expect(table.columns.count == Set(table.columns).count && table.rows[0].count == table.columns.count)
  for measure in Measure.all {
    let titles = measure.columnTitles
    #expect((1...52).contains(measure.help.count) && Measure.panelGroups.joined().contains { $0.key == measure.key })
    #expect(
      measure.columns(settled(statistics).figure.sites[0], number: { _ in "-" }, percent: { _ in "-" }).count
        == titles.count)
  }
}
