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

private func report(_ statistics: ActivationStatistics) -> VariantReport {
  VariantReport(
    model: "model.bin", variant: "b", statistics: statistics, classification: ClassificationStatistics(), skipped: [])
}

@Test("Site figures and reports hold what was counted")
func reportHoldsCounts() throws {
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
  let report = report(statistics)
  let found = report.sites[0]
  #expect(found.figure.images == 1 && found.figure.elements == 4 && found.figure.share == 1)
  #expect(found.figure.notFinite == 1 && found.figure.outsideRange == 0)
  #expect(
    found.figure.slopes == [MeanDeviation(mean: 1.25, deviation: 0.25), MeanDeviation(mean: 0.125, deviation: 0.125)])
  #expect(found.figure.intercepts[0] == MeanDeviation(mean: 0.25, deviation: 0.25))
  #expect(found.figure.slopeDifference?.mean == 1.125 && found.figure.slopeDifference?.deviation == 0.375)
  #expect(found.figure.slopeOutsideUnitShare == 0.5 && found.figure.interceptShare == 0.5)
  #expect(found.figure.positiveFromNegativeShare == 0.5)
  #expect(found.negativeInputs == 2 && found.positiveFromNegative == 1 && found.functions == 2)
  let range = try #require(found.outputRange)
  #expect(range.pairs == 1 && abs(range.p50 - 0.75) < 1.0 / 256)
  #expect(found.coefficients.map(\.channel) == [0, 0, 1, 1] && found.coefficients.map(\.segment) == [1, 2, 1, 2])
  #expect(found.coefficients[2].slope == MeanDeviation(mean: 1.5, deviation: 0))
  #expect(report.density(0).total == 3 && report.density(0).notFinite == 1)
}

@Test("What was not seen is absent, not 0")
func unseenIsAbsent() {
  let statistics = ActivationStatistics(
    sites: [site(functions: 1, sharing: .allChannels)], selection: ElementSelection(everyElement: []), kernels: .scalar)
  let found = report(statistics).sites[0]
  #expect(found.figure.slopes.isEmpty && found.figure.intercepts.isEmpty && found.figure.slopeDifference == nil)
  #expect(found.figure.slopeOutsideUnitShare == nil && found.figure.interceptShare == nil)
  #expect(found.figure.positiveFromNegativeShare == nil && found.outputRange == nil)
  #expect(found.coefficients.count == 1 && found.coefficients[0].channel == nil && found.coefficients[0].slope == nil)
}
