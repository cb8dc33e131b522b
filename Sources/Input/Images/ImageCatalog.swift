import Synchronization

/// The images of a request, found once for all variants and passes that ask.
public final class ImageCatalog: Sendable {
  /// What was asked for.
  public let request: ImageRequest
  private let collection = Mutex<ImageCollection?>(nil)

  /// Nothing is looked for before someone asks.
  public init(_ request: ImageRequest) { self.request = request }

  /// The images with their classes among a model's labels.
  ///
  /// - Throws: ``ImageSourceError``, also for images that come once.
  public func source(labels: [String]) throws(ImageSourceError) -> ImageSource {
    guard !request.isStream else { throw Self.comesOnce }
    let request = request
    let found = collection.withLock { known -> Result<ImageCollection, ImageSourceError> in
      if let known { return .success(known) }
      do throws(ImageSourceError) {
        let made = try ImageCollection(request)
        known = made
        return .success(made)
      } catch { return .failure(error) }
    }
    return ImageSource(try found.get(), labels: labels)
  }

  /// The images that standard input gives, for the one pass that takes them.
  public func stream(
    labels: [String], limit: Int?, limits: ImageLimits
  ) throws(ImageSourceError) -> StreamFeed {
    try StreamFeed(labels: labels, table: request.table, limit: limit, limits: limits)
  }

  /// Why images of standard input cannot be had.
  public static let comesOnce = ImageSourceError.unusable(
    "standard input gives images once, and this needs them more than once, or in another order; name the archive as a file"
  )
}
