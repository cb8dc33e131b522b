import Figures
import Foundation
import Images
import Kernels
import ModelFiles
import Networks
import Statistics
import Streaming
import Testing

/// Every kind of activation from image to figures.
@Suite struct ActivationKindsTests {
  /// Networks with one kind of activation at each position, which take the sample images after a resize.
  private func variants() throws -> [Variant] {
    let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Golden/networks/activations.model.bin").path
    return try Model.load([path]).variants.map { variant in
      var preprocessing = variant.preprocessing
      let input = variant.shapes.input
      preprocessing.resize = .exact(Extent2D(height: input.height, width: input.width))
      preprocessing.mean = Array(repeating: 0.5, count: preprocessing.channels)
      preprocessing.deviation = Array(repeating: 0.25, count: preprocessing.channels)
      return try Variant(
        name: variant.name, graph: variant.graph, preprocessing: preprocessing, labels: variant.labels,
        weights: variant.weights)
    }
  }

  private func run(_ variant: Variant, _ images: SampleImages, threads: Int) throws -> SettledRun {
    try Pass(
      variant, items: try images.items(variant),
      settings: RunSettings(threads: threads, exact: true, kernels: .best)
    ).finished()
  }

  @Test(
    "Every site of every kind has seen every image, with coefficients where there are some, on any number of threads")
  func counted() throws {
    let images = try SampleImages(9, broken: [4])
    var kinds: Set<String> = []
    for variant in try variants() {
      let results = try run(variant, images, threads: 1)
      #expect(try run(variant, images, threads: 2).equals(results))
      for figure in results.figure.sites {
        let activation = figure.site.activation
        kinds.insert(activation.kind)
        #expect(figure.images == 8 && figure.elements == UInt64(8 * figure.site.shape.count), "\(variant.name)")
        #expect((figure.outputAtHalf != nil) == (activation.coefficients != .maximum), "\(variant.name)")
        #expect(figure.slopes.count == (activation.hasCoefficients ? activation.functions : 0), "\(variant.name)")
        #expect((figure.slopeOutsideUnit != nil) == activation.hasCoefficients, "\(variant.name)")
        let isCompared = activation.hasCoefficients && activation.functions > 1
        #expect((figure.slopeDifference != nil) == isCompared, "\(variant.name)")
      }
    }
    #expect(kinds.isSuperset(of: ["h-swish", "Maxout", "SE", "PReLU"]), "\(kinds)")
  }

  @Test(
    "The scatter of a curve is one curve, of squeeze-and-excitation a fan through the origin, of Maxout on or above y = x"
  )
  func scatters() throws {
    let images = try SampleImages(6)
    var seen: Set<String> = []
    for variant in try variants() {
      let results = try run(variant, images, threads: 1)
      for site in results.figure.sites.map(\.site) {
        let grid = try #require(results.density(of: site.id))
        let kind = site.activation.kind
        for (index, count) in grid.counts.enumerated() where count > 0 {
          let (column, row) = (index % DensityGrid.bins, index / DensityGrid.bins)
          let x = (grid.xEdge(column), grid.xEdge(column + 1))
          let y = (grid.yEdge(row), grid.yEdge(row + 1))
          switch kind {
          case "Maxout": #expect(y.1 > x.0)
          case "SE": #expect(y.1 >= min(0, x.0) && y.0 <= max(0, x.1))
          case "h-swish":
            // Of slope -0.5 to 1.5, so no bin is further from the curve than its own sides.
            let middle = (x.0 + x.1) / 2
            let curve = middle * min(max(middle + 3, 0), 6) / 6
            #expect(abs((y.0 + y.1) / 2 - curve) <= (y.1 - y.0) / 2 + 0.75 * (x.1 - x.0) + 1e-6)
          default: continue
          }
          seen.insert(kind)
        }
      }
    }
    #expect(seen == ["Maxout", "SE", "h-swish"])
  }
}
