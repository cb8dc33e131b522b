import Figures
import Statistics

/// The figures that were made last, so that nothing is merged anew while no worker has answered.
struct SnapshotCache {
  private var run: ObjectIdentifier?
  private var versions: [Int] = []
  private var figures: [SiteFigure] = []
  private var densities: [Int: DensityGrid] = [:]
  private var classification = ClassificationStatistics()

  /// Hands the run's newest figures to `make`; nil while not every worker has answered once.
  mutating func snapshot<Snapshot>(
    of run: VariantRun, sites: Set<Int>,
    make: ([SiteFigure], [Int: DensityGrid], ClassificationStatistics) -> Snapshot
  ) -> Snapshot? {
    let answers = run.workers.map { $0.latestPart(sites: sites) }
    let isSame = self.run == ObjectIdentifier(run) && versions == answers.map(\.version)
    if !isSame {
      let parts = answers.compactMap(\.part)
      guard parts.count == answers.count, var merged = parts.first else { return nil }
      for part in parts.dropFirst() { merged.merge(part) }
      figures = merged.summaries.map { SiteFigure($0) }
      densities = merged.densities.mapValues { DensityGrid($0) }
      classification = merged.classification
      versions = answers.map(\.version)
      self.run = ObjectIdentifier(run)
    }
    return make(figures, densities, classification)
  }
}
