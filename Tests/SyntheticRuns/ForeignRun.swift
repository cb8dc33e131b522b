import Figures
import Networks
import Statistics
import Tensors

/// A network that nobody foresaw: names from its code's hierarchy, blocks of different kinds, and every kind of
/// activation.
package enum ForeignRun {
  /// Stem, then blocks with `act1`, some with squeeze-and-excitation, then the head, which has no name.
  package static func snapshot(
    blocks: Int = 9, images: Int = 1000, densities: Set<Int> = [], isDynamic: Bool = true
  ) -> RunFigure {
    snapshot(sites(blocks: blocks, isDynamic: isDynamic), images: images, densities: densities)
  }

  package static func snapshot(_ sites: [ActivationSite], images: Int = 1000, densities: Set<Int> = []) -> RunFigure {
    RunFigure(
      model: "net.bin", variants: ["default"], subject: Subject(variant: 0),
      progress: RunProgress(
        state: .done, done: images, total: images, skipped: 0, imagesPerSecond: 100, secondsLeft: nil, top1: nil,
        top5: nil),
      sites: sites.map { figure(of: $0, images: images) },
      findings: Findings(
        sites.filter { densities.contains($0.id) }.map {
          DensityFinding(
            question: .density(site: $0.id), share: 1, images: images, grid: density(of: $0.activation),
            totals: PairTotals())
        }))
  }

  package static func sites(blocks: Int, isDynamic: Bool) -> [ActivationSite] {
    var list: [(block: Int, name: String?, site: String, functions: Int, source: CoefficientSource)] = []
    let main: CoefficientSource = isDynamic ? .hyper(hyper(2)) : .curve(.silu)
    list.append((0, "conv_stem", "bn1.act", 0, .curve(.hardSwish)))
    for block in 1...blocks {
      let name = "layer\((block + 2) / 3).\((block + 2) % 3)"
      list.append((block, name, "act1", isDynamic ? 2 : 0, main))
      if block % 3 == 0 { list.append((block, name, "se.gate", 1, .hyper(excitation))) }
      if block % 3 == 1 { list.append((block, name, "bn2.act", 2, .maximum)) }
      if block % 3 != 2 { list.append((block, name, "act3", 2, .parametric(slope: "p"))) }
    }
    list.append((blocks + 1, nil, "head.act2", 2, .constant(slopes: [1, 0], intercepts: [0, 0])))
    return list.enumerated().map { id, item in
      site(
        id, block: item.block, name: item.name, item.site, functions: item.functions, source: item.source)
    }
  }

  package static func site(
    _ id: Int, block: Int, name: String?, _ site: String, functions: Int, source: CoefficientSource
  ) -> ActivationSite {
    ActivationSite(
      id: id, node: "backbone." + (name.map { $0 + "." } ?? "") + site,
      shape: FeatureShape(height: 14, width: 14, channels: 96),
      activation: Activation(
        functions: functions, sharing: .perChannel, coefficients: source, place: SitePlace(block: block, site: site),
        blockName: name))
  }

  package static func hyper(_ functions: Int) -> HyperFunction {
    HyperFunction(functions: functions, hidden: 4, weight1: "a", bias1: "b", weight2: "c", bias2: "d")
  }

  package static let excitation = HyperFunction(
    functions: 1, hidden: 4, gate: .hardSigmoid, hasIntercepts: false, initialSlopes: [0], weight1: "a", bias1: "b",
    weight2: "c", bias2: "d")

  private static func figure(of site: ActivationSite, images: Int) -> SiteFigure {
    let activation = site.activation
    let hasCoefficients = activation.hasCoefficients
    let lines = hasCoefficients ? 0..<activation.functions : 0..<0
    let slopes = [MeanDeviation(mean: 0.55, deviation: 0.12), MeanDeviation(mean: -0.1, deviation: 0.2)]
    let mean = 1.2 - 0.05 * Double(site.place.block)
    var figure = SiteFigure(unseen: site)
    figure.images = images
    figure.elements = UInt64(images * 96)
    figure.slopes = lines.map { slopes[$0 % 2] }
    figure.intercepts = lines.map { _ in MeanDeviation(mean: 0, deviation: 0) }
    if lines.count > 1 {
      figure.slopeDifference = DistributionFigure(
        mean: mean, deviation: 0.1, p10: mean - 0.2, p50: mean, p90: mean + 0.2)
    }
    if activation.coefficients != .maximum {
      figure.outputAtHalf = DistributionFigure(mean: 0.5, deviation: 0.1, p10: 0.375, p50: 0.5, p90: 0.625)
    }
    if hasCoefficients {
      figure.dynamicScore = activation.isDynamic ? 0.0625 : 0
      figure.slopeOutsideUnit = ShareFigure(part: 1, whole: 4)
      figure.largeIntercept = ShareFigure(part: 0, whole: 4)
    }
    figure.positiveFromNegative = ShareFigure(part: 1, whole: 8)
    return figure
  }

  /// A curve for a curve, a fan through the origin for one dynamic slope, what lies above y = x for Maxout, a cloud for
  /// others.
  private static func density(of activation: Activation) -> DensityGrid {
    var counts = [UInt64](repeating: 0, count: DensityGrid.bins * DensityGrid.bins)
    for column in 40..<472 {
      let x = column - 256
      let ends =
        switch (activation.isCurve, activation.hasCoefficients, activation.functions) {
        case (true, _, _): (x > 0 ? x : -min(-x, 40) / 2, x > 0 ? x : -min(-x, 40) / 2)
        case (_, false, _): (x, min(x + 120, 255))
        case (_, _, 1): (min(x / 4, x * 3 / 4), max(x / 4, x * 3 / 4))
        default: (x > 0 ? x / 2 : -x / 8, x > 0 ? x : -x / 4)
        }
      for row in ends.0...ends.1 { counts[(row + 256) * DensityGrid.bins + column] = UInt64(4096 / (1 + abs(x))) + 1 }
    }
    return DensityGrid(xExponent: 2, yExponent: 2, counts: counts)
  }
}
