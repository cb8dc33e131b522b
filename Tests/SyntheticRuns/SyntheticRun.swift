import Figures
import Networks
import Statistics
import Tensors

/// Snapshots made of formulas alone: the same on every machine, and like those of a trained MobileNetV2.
package enum SyntheticRun {
  package static let variants = ["dyrelu-a", "dyrelu-b", "dyrelu-c", "relu"]

  /// A run of `images` images with all sites and the densities that are asked for.
  package static func snapshot(
    images: Int = 1000, variant: Int = 1, densities: Set<Int> = [], functions: Int = 2, isStatic: Bool = false
  ) -> RunFigure {
    let sites = sites(functions: functions, isStatic: isStatic)
    let progress = RunProgress(
      state: images < 1000 ? .running : .done, done: images, total: 1000, skipped: 0,
      imagesPerSecond: images > 0 ? 1412 : nil, secondsLeft: images > 0 && images < 1000 ? 12.4 : nil,
      top1: images > 0 ? 0.926 : nil, top5: images > 0 ? 0.998 : nil)
    return RunFigure(
      model: "model.bin", variants: variants, subject: Subject(variant: variant), progress: progress,
      sites: sites.map { figure(of: $0, images: images, isStatic: isStatic) },
      findings: Findings(
        sites.filter { densities.contains($0.id) }.map {
          DensityFinding(
            question: .density(site: $0.id), share: 1, images: images,
            grid: density(of: $0, images: images, isStatic: isStatic), totals: PairTotals())
        }))
  }

  /// Stem, 17 blocks (the first without an expansion), last convolution.
  package static func sites(functions: Int, isStatic: Bool) -> [ActivationSite] {
    var places = [SitePlace(block: 0, site: "stem")]
    for block in 1...17 {
      for site in ["A1", "A2", "A3"] where (block > 1 || site != "A1") && (!isStatic || site != "A3") {
        places.append(SitePlace(block: block, site: site))
      }
    }
    places.append(SitePlace(block: 18, site: "last"))
    return places.enumerated().map { id, place in
      let activation =
        isStatic
        ? Activation.relu(upperBound: 6, at: place)
        : Activation(
          functions: place.site == "A3" ? 1 : functions, sharing: .perChannel,
          coefficients: .hyper(
            HyperFunction(
              functions: place.site == "A3" ? 1 : functions, hidden: 4, weight1: "a", bias1: "b", weight2: "c",
              bias2: "d")), place: place)
      return ActivationSite(
        id: id, node: "node\(id)",
        shape: FeatureShape(height: 8, width: 8, channels: 16 + 16 * place.block), activation: activation,
        role: roles[place.site])
    }
  }

  private static let roles: [String: ConvolutionRole] = ["A1": .expansion, "A2": .depthwise, "A3": .projection]

  private static func figure(of site: ActivationSite, images: Int, isStatic: Bool) -> SiteFigure {
    let depth = Double(site.place.block)
    let isSeen = images > 0
    let mean = isStatic ? 1 : 1.4 - 0.06 * depth + 0.1 * Double((site.id * 7) % 5) / 5
    let spread = isStatic ? 0 : 0.2 + 0.02 * depth
    let slopes = [MeanDeviation(mean: 0.98, deviation: 0.34), MeanDeviation(mean: 0.04, deviation: 0.27)]
    let intercepts = [MeanDeviation(mean: -0.02, deviation: 0.11), MeanDeviation(mean: 0.06, deviation: 0.09)]
    let functions = site.activation.functions
    var figure = SiteFigure(unseen: site)
    figure.images = images
    figure.elements = UInt64(images) * UInt64(site.shape.channels) * 64
    figure.share = site.place.site == "A2" ? 1 : 0.125
    guard isSeen else { return figure }
    figure.slopes = (0..<functions).map { slopes[$0 % 2] }
    figure.intercepts = (0..<functions).map { intercepts[$0 % 2] }
    if functions > 1 {
      figure.slopeDifference = DistributionFigure(
        mean: mean, deviation: spread / 2, p10: mean - spread, p50: mean, p90: mean + spread)
    }
    figure.outputAtHalf = DistributionFigure(
      mean: 0.5, deviation: spread / 4, p10: 0.5 - spread / 2, p50: 0.5, p90: 0.5 + spread / 2)
    figure.dynamicScore = spread / 4
    figure.slopeOutsideUnit = ShareFigure(part: 578, whole: 1000)
    figure.largeIntercept = ShareFigure(part: 412, whole: 1000)
    figure.positiveFromNegative = ShareFigure(part: 33, whole: 100)
    return figure
  }

  /// Two slanting clouds that meet at the origin; whole numbers from a fixed-point formula.
  private static func density(of site: ActivationSite, images: Int, isStatic: Bool) -> DensityGrid {
    var counts = [UInt64](repeating: 0, count: DensityGrid.bins * DensityGrid.bins)
    let lean = 40 + site.place.block
    for column in 40..<472 {
      let x = column - 256
      let middle = isStatic ? max(0, min(x, 384)) : x < 0 ? -x * lean / 200 : x * (220 - lean) / 200
      let width = isStatic ? 1 : 6 + abs(x) / 4
      for row in max(0, 256 + middle - width)..<min(512, 256 + middle + width) {
        let away = abs(row - 256 - middle)
        let height = 4000 * (width - away) / width * 64 / (64 + x * x / 64)
        counts[row * DensityGrid.bins + column] = UInt64(height * images / 1000)
      }
    }
    return DensityGrid(xExponent: 2, yExponent: 2, counts: counts)
  }
}
