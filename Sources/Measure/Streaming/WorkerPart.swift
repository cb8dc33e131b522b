import Statistics

/// What one worker has counted so far: copies, taken between two batches of images.
struct WorkerPart: Sendable {
  /// Every site's statistics but its density.
  var summaries: [SiteSummary]
  /// The densities that were asked for, by site id.
  var densities: [Int: DensitySnapshot]
  /// How images were classified.
  var classification: ClassificationStatistics

  /// Adds another worker's part.
  mutating func merge(_ other: WorkerPart) {
    summaries.merge(other.summaries)
    classification.merge(other.classification)
    for (site, density) in other.densities {
      if densities[site] == nil { densities[site] = density } else { densities[site]?.merge(density) }
    }
  }
}
