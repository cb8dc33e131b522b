import Statistics

/// What one worker has counted so far: copies, taken between two images.
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

/// What a whole run counted, over all its workers.
public struct RunResults: Sendable {
  /// Coefficients and densities of every site.
  public let statistics: ActivationStatistics
  /// How images were classified.
  public let classification: ClassificationStatistics
  /// Images that were left out, in the source's order.
  public let skipped: [SkippedImage]
}

/// An image that was left out of a run, and why.
public struct SkippedImage: Sendable, Equatable {
  /// Its place in the source's order.
  public let ordinal: Int
  /// Its path below the image folder.
  public let path: String
  /// What was wrong with it, without the path.
  public let reason: String
}
