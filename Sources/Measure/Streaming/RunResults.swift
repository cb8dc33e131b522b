import Figures
import Statistics

/// What a run counted, over all its workers.
public struct RunResults: Sendable {
  /// Coefficients and densities of every site.
  public let statistics: ActivationStatistics
  /// How images were classified.
  public let classification: ClassificationStatistics
  /// Images that were left out, in the source's order.
  public let skipped: [SkippedImage]

  /// The figure that every export renders.
  public func report(model: String, variant: String) -> VariantReport {
    VariantReport(
      model: model, variant: variant, statistics: statistics, classification: classification,
      skipped: skipped.map { VariantReport.SkippedImage(path: $0.path, reason: $0.reason) })
  }
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
